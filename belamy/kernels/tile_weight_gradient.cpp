#include "belamy/kernels/tile_weight_gradient.h"

#include <algorithm>
#include <cstring>

#include "belamy/kernels/rows.h"
#include "belamy/kernels/tile_pack.h"

namespace belamy::kernels {
namespace {

// Jobs are large enough to be worth handing out, and enough for threads that are not equally fast.
constexpr size_t kStepsOfJob = 4;
constexpr size_t kRowsOfJob = 64;
// Blocks of B that pass by the tiles of A that a core's first-level cache holds.
constexpr size_t kBlocksOfJob = 8;

// Operands stay in a core's second-level cache.
constexpr size_t kOperandBytes = size_t{3} << 19;

// Two tiles of sums side by side.
constexpr size_t kSumsRow = 2 * kTileColumns;
constexpr size_t kSumsBlock = kTileRows * kSumsRow;

// Taps leave positions between rows empty; patches fill all of them but must be gathered.
constexpr double kLeastDensity = 0.4;
constexpr double kLeastDensityOfRuns = 0.7;
constexpr size_t kFewestTapChannels = kTileColumns / 2 + 1;

ConvolutionGeometry of_patches(const ConvolutionGeometry& g) {
  ConvolutionGeometry patches;
  patches.in_rows = patches.out_rows = g.out_rows;
  patches.in_columns = patches.out_columns = g.out_columns;
  patches.in_channels = round_up(g.taps() * g.in_channels, kTileColumns);
  patches.out_channels = g.out_channels;
  return patches;
}

template <class T>
PixelGrid grid_of(const ConvolutionGeometry& g, bool rows_anywhere) {
  return rows_anywhere ? PixelGrid(g, kTileDepth<T>, kTilePacking<T>) : PixelGrid(g, kTileDepth<T>);
}

template <class T>
bool is_by_taps(const ConvolutionGeometry& g) {
  if (g.in_channels < kFewestTapChannels) return false;
  const bool whole = runs_on_tiles<T>();
  return grid_of<T>(g, !whole).density() >= (whole ? kLeastDensity : kLeastDensityOfRuns);
}

// Walks along the positions of a grid's images.
template <class T>
class Pixels {
 public:
  Pixels(const std::vector<ptrdiff_t>& places, const T* images, size_t image_count,
         size_t image_size, size_t channels, const T* outside, size_t position)
      : places_(places),
        image_(images + position / places.size() * image_size),
        end_(images + image_count * image_size),
        image_size_(image_size),
        channels_(static_cast<ptrdiff_t>(channels)),
        outside_(outside),
        at_(position % places.size()) {}

  const T* next() {
    const ptrdiff_t place = image_ < end_ ? places_[at_] : PixelGrid::kOutside;
    const T* pixel = place == PixelGrid::kOutside ? outside_ : image_ + place * channels_;
    if (++at_ == places_.size()) {
      at_ = 0;
      image_ += image_size_;
    }
    return pixel;
  }

 private:
  const std::vector<ptrdiff_t>& places_;
  const T* image_;
  const T* end_;
  size_t image_size_;
  ptrdiff_t channels_;
  const T* outside_;
  size_t at_;
};

}  // namespace

template <class T>
TileWeightGradient<T>::TileWeightGradient(const ConvolutionGeometry& geometry)
    : whole_(geometry),
      by_taps_(is_by_taps<T>(geometry)),
      rows_anywhere_(by_taps_ && !runs_on_tiles<T>()),
      g_(by_taps_ ? geometry : of_patches(geometry)),
      grid_(grid_of<T>(g_, rows_anywhere_)),
      zeros_(std::max(g_.in_channels, g_.out_channels), T{}) {}

template <class T>
size_t TileWeightGradient<T>::block_jobs() const {
  return (blocks() + kBlocksOfJob - 1) / kBlocksOfJob;
}

// Odd: planes a power of two apart would share the first-level cache's lines.
template <class T>
size_t TileWeightGradient<T>::plane_rows(size_t images) const {
  const size_t positions = images * grid_.image_pixels() + grid_.reach() + 2 * kTileDepth<T>;
  return positions / kTilePacking<T> | 1;
}

template <class T>
size_t TileWeightGradient<T>::image_bytes() const {
  const size_t a = output_tiles() * kTileRows;
  const size_t b = grid_.residues() * kShifts * channel_tiles() * kTileColumns;
  return (a + b) * grid_.image_pixels() * sizeof(T);
}

template <class T>
size_t TileWeightGradient<T>::sums_size() const {
  return output_tiles() * blocks() * kSumsBlock;
}

template <class T>
void TileWeightGradient<T>::clear(Sums& sums) const {
  std::fill_n(sums.reserve(sums_size()), sums_size(), 0.0f);
}

template <class T>
void TileWeightGradient<T>::reserve(size_t images, Workspace& workspace) const {
  workspace.a.reserve(output_tiles() * steps(images) * kTileSize<T>);
  workspace.b.reserve(grid_.residues() * kShifts * channel_tiles() * plane_rows(images) * kRow);
  workspace.a_offsets.clear();
  workspace.b_offsets.clear();
  for (size_t step = 0; step < steps(images); ++step) {
    const size_t row = grid_.step_begin(step) / kTilePacking<T>;
    workspace.a_offsets.push_back(static_cast<int32_t>(step * kTileSize<T> * sizeof(T)));
    workspace.b_offsets.push_back(static_cast<int32_t>(row * kRow * sizeof(T)));
  }
  if (rows_anywhere_) place_rows(images, workspace);
}

template <class T>
void TileWeightGradient<T>::place_rows(size_t images, Workspace& workspace) const {
  const size_t end = images * grid_.outputs().size();
  workspace.b_rows.clear();
  for (size_t entry = 0; entry < steps(images) * kTileDepth<T>; entry += kTilePacking<T>) {
    // What follows the last image is multiplied by zeros.
    const size_t row = entry < end ? grid_.position(entry) / kTilePacking<T> : 0;
    workspace.b_rows.push_back(static_cast<int32_t>(row * kRow * sizeof(T)));
  }
}

template <class T>
void TileWeightGradient<T>::add(const T* input, const T* gradient, size_t images,
                                TileSession<T>& session, Workspace& workspace, Sums& sums) const {
  reserve(images, workspace);
  if (!by_taps_) {
    T* patches = workspace.patches.reserve(images * g_.out_pixels() * g_.in_channels);
    T* padded = workspace.padded.reserve_zeros(padded_size());
    for (size_t image = 0; image < images; ++image) {
      fill_patches(input + image * whole_.in_pixels() * whole_.in_channels, padded,
                   patches + image * g_.out_pixels() * g_.in_channels);
    }
    input = patches;
  }
  for (size_t job = 0; job < operand_jobs(images); ++job) {
    make_operand(job, input, gradient, images, workspace);
  }
  session.configure(tile_rows());
  for (size_t job = 0; job < product_jobs(); ++job) {
    multiply(job, images, /*accumulate=*/true, session, workspace, sums);
  }
}

template <class T>
void TileWeightGradient<T>::compute(const T* input, const T* gradient, size_t images,
                                    Workspace& workspace, Sums& sums, float* dw) const {
  sums.reserve(sums_size());
  const size_t at_once = std::clamp<size_t>(kOperandBytes / image_bytes(), 1, images);
  const size_t x_size = whole_.in_pixels() * whole_.in_channels;
  const size_t y_size = g_.out_pixels() * g_.out_channels;
  const size_t patches_size = g_.in_pixels() * g_.in_channels;
#pragma omp parallel
  {
    TileSession<T> session(tile_rows());
    AlignedBuffer<T> padded;
    for (size_t first = 0; first < images; first += at_once) {
      const size_t count = std::min(at_once, images - first);
      const T* x = input + first * x_size;
#pragma omp single
      {
        reserve(count, workspace);
        if (!by_taps_) workspace.patches.reserve(count * patches_size);
      }
      if (!by_taps_) {
        padded.reserve_zeros(padded_size());
#pragma omp for schedule(dynamic)
        for (size_t image = 0; image < count; ++image) {
          fill_patches(x + image * x_size, padded.data(),
                       workspace.patches.data() + image * patches_size);
        }
        x = workspace.patches.data();
      }
#pragma omp for schedule(dynamic)
      for (size_t job = 0; job < operand_jobs(count); ++job) {
        make_operand(job, x, gradient + first * y_size, count, workspace);
      }
#pragma omp for schedule(dynamic)
      for (size_t job = 0; job < product_jobs(); ++job) {
        multiply(job, count, /*accumulate=*/first > 0, session, workspace, sums);
        if (first + count == images) write_job(job, sums, dw);
      }
    }
  }
}

template <class T>
size_t TileWeightGradient<T>::operand_jobs(size_t images) const {
  const size_t of_outputs = (steps(images) + kStepsOfJob - 1) / kStepsOfJob;
  const size_t of_residue = (plane_rows(images) + kRowsOfJob - 1) / kRowsOfJob;
  return of_outputs + grid_.residues() * of_residue;
}

template <class T>
void TileWeightGradient<T>::make_operand(size_t job, const T* input, const T* gradient,
                                         size_t images, Workspace& workspace) const {
  const size_t of_outputs = (steps(images) + kStepsOfJob - 1) / kStepsOfJob;
  if (job < of_outputs) return make_outputs(job, gradient, images, workspace);
  make_inputs(job - of_outputs, input, images, workspace);
}

// Some steps of all tiles of A.
template <class T>
void TileWeightGradient<T>::make_outputs(size_t job, const T* gradient, size_t images,
                                         Workspace& workspace) const {
  const size_t end = std::min((job + 1) * kStepsOfJob, steps(images));
  for (size_t step = job * kStepsOfJob; step < end; ++step) {
    Pixels<T> pixels(grid_.outputs(), gradient, images, g_.out_pixels() * g_.out_channels,
                     g_.out_channels, zeros_.data(), grid_.step_begin(step));
    const T* rows[kTileDepth<T>];
    for (const T*& row : rows) row = pixels.next();
    for (size_t tile = 0; tile < output_tiles(); ++tile) {
      const size_t channel = tile * kTileRows;
      transpose_pixels(rows, channel, std::min(kTileRows, g_.out_channels - channel),
                       workspace.a.data() + (tile * steps(images) + step) * kTileSize<T>);
    }
  }
}

// Some rows of all planes of B of one residue.
template <class T>
void TileWeightGradient<T>::make_inputs(size_t job, const T* input, size_t images,
                                        Workspace& workspace) const {
  const size_t plane_rows = this->plane_rows(images), plane = plane_rows * kRow;
  const size_t of_residue = (plane_rows + kRowsOfJob - 1) / kRowsOfJob;
  const size_t residue = job / of_residue, first = job % of_residue * kRowsOfJob;
  const size_t count = std::min(kRowsOfJob, plane_rows - first);
  Pixels<T> pixels(grid_.inputs(residue), input, images, g_.in_pixels() * g_.in_channels,
                   g_.in_channels, zeros_.data(), first * kTilePacking<T>);
  const T* rows[kRowsOfJob * kTilePacking<T> + 1];
  for (size_t i = 0; i < count * kTilePacking<T> + 1; ++i) rows[i] = pixels.next();
  T* planes = workspace.b.data() + residue * kShifts * channel_tiles() * plane + first * kRow;
  for (size_t shift = 0; shift < kShifts; ++shift) {
    for (size_t tile = 0; tile < channel_tiles(); ++tile, planes += plane) {
      const size_t channel = tile * kTileColumns;
      pack_pixels(rows + shift, count, channel, std::min(kTileColumns, g_.in_channels - channel),
                  planes);
    }
  }
}

// Some blocks of B times two tiles of A, over all positions.
template <class T>
void TileWeightGradient<T>::multiply(size_t job, size_t images, bool accumulate,
                                     const TileSession<T>& session, const Workspace& workspace,
                                     Sums& sums) const {
  const size_t row = 2 * (job / block_jobs()), first = job % block_jobs() * kBlocksOfJob;
  const size_t end = std::min(first + kBlocksOfJob, blocks()), steps = this->steps(images);
  const size_t plane = plane_rows(images) * kRow;
  TileProduct<T> product{.a_stride = kTileDepth<T> * sizeof(T),
                         .b_second = static_cast<ptrdiff_t>(plane * sizeof(T)),
                         .c_stride = kSumsRow * sizeof(float),
                         .a_tiles = row + 1 < output_tiles() ? 2 : 1};
  for (size_t step = 0; step < steps; step += kCachedSteps) {
    product.steps = std::min(kCachedSteps, steps - step);
    product.accumulate = accumulate || step > 0;
    product.a_offsets = workspace.a_offsets.data() + step;
    product.b_offsets = workspace.b_offsets.data() + step;
    if (rows_anywhere_) product.b_rows = workspace.b_rows.data() + step * kTileRowsOfB<T>;
    for (size_t block = first; block < end; ++block) {
      const size_t tap = block / blocks_of_tap(), tile = 2 * (block % blocks_of_tap());
      const size_t r = tap / g_.kernel_columns, c = tap % g_.kernel_columns;
      const size_t distance = grid_.distance(r, c), residue = grid_.residue_of(r, c);
      const size_t plane_of_tap = (residue * kShifts + distance % kShifts) * channel_tiles() + tile;
      product.b_tiles = tile + 1 < channel_tiles() ? 2 : 1;
      product.b = workspace.b.data() + plane_of_tap * plane + distance / kTilePacking<T> * kRow;
      for (size_t i = 0; i < static_cast<size_t>(product.a_tiles); ++i) {
        product.a[i] = workspace.a.data() + (row + i) * steps * kTileSize<T>;
        product.c[i] = sums.data() + ((row + i) * blocks() + block) * kSumsBlock;
      }
      session.multiply(product);
    }
  }
}

template <class T>
size_t TileWeightGradient<T>::padded_size() const {
  const size_t rows = (whole_.out_rows - 1) * whole_.stride_rows + whole_.kernel_rows;
  const size_t columns = (whole_.out_columns - 1) * whole_.stride_columns + whole_.kernel_columns;
  return rows * columns * whole_.in_channels + kRunOverhang;
}

// A row of g_.in_channels values for each output pixel of one image, in their order. `padded` is
// working memory that is zero at first.
template <class T>
void TileWeightGradient<T>::fill_patches(const T* image, T* padded, T* patches) const {
  const ConvolutionGeometry& g = whole_;
  const size_t channels = g.in_channels, width = g_.in_channels;
  const size_t rows = (g.out_rows - 1) * g.stride_rows + g.kernel_rows;
  const size_t row_size = ((g.out_columns - 1) * g.stride_columns + g.kernel_columns) * channels;
  const size_t left = g.pad_left * channels;
  const size_t count = std::min(g.in_columns * channels, row_size - left);
  for (size_t row = 0; row < g.in_rows && row + g.pad_top < rows; ++row) {
    std::memcpy(padded + (row + g.pad_top) * row_size + left, image + row * g.in_columns * channels,
                count * sizeof(T));
  }
  const size_t run = g.kernel_columns * channels, used = g.kernel_rows * run;
  const T* end = patches + g.out_pixels() * width;  // others may be writing what lies behind it
  T* to = patches;
  for (size_t r = 0; r < g.out_rows; ++r) {
    for (size_t c = 0; c < g.out_columns; ++c, to += width) {
      const T* from = padded + r * g.stride_rows * row_size + c * g.stride_columns * channels;
      const bool has_room = to + used + kRunOverhang <= end;
      for (size_t k = 0; k < g.kernel_rows; ++k) {
        if (has_room) {
          copy_run(from + k * row_size, run, to + k * run);
        } else {
          std::copy_n(from + k * row_size, run, to + k * run);
        }
      }
      std::fill(to + used, to + width, T{});
    }
  }
}

template <class T>
void TileWeightGradient<T>::finish(std::vector<Sums>& sums, float* dw) const {
  const size_t jobs = output_tiles() * block_jobs();
#pragma omp parallel for schedule(dynamic)
  for (size_t job = 0; job < jobs; ++job) {
    const size_t tile = job / block_jobs(), first = job % block_jobs() * kBlocksOfJob;
    const size_t end = std::min(first + kBlocksOfJob, blocks());
    float* total = sums[0].data() + (tile * blocks() + first) * kSumsBlock;
    for (size_t part = 1; part < sums.size(); ++part) {
      belamy::kernels::add(sums[part].data() + (tile * blocks() + first) * kSumsBlock, total,
                           (end - first) * kSumsBlock);
    }
    for (size_t block = first; block < end; ++block, total += kSumsBlock) {
      write_block(tile, block, total, dw);
    }
  }
}

template <class T>
void TileWeightGradient<T>::write_job(size_t job, const Sums& sums, float* dw) const {
  const size_t row = 2 * (job / block_jobs()), first = job % block_jobs() * kBlocksOfJob;
  for (size_t tile = row; tile < std::min(row + 2, output_tiles()); ++tile) {
    for (size_t block = first; block < std::min(first + kBlocksOfJob, blocks()); ++block) {
      write_block(tile, block, sums.data() + (tile * blocks() + block) * kSumsBlock, dw);
    }
  }
}

template <class T>
void TileWeightGradient<T>::write_block(size_t tile, size_t block, const float* total,
                                        float* dw) const {
  const size_t channels = by_taps_ ? g_.in_channels : whole_.taps() * whole_.in_channels;
  const size_t channel = block % blocks_of_tap() * kSumsRow;
  const size_t rows = std::min(kTileRows, g_.out_channels - tile * kTileRows);
  if (channel >= channels) return;  // what fills up a patch
  for (size_t row = 0; row < rows; ++row) {
    const size_t to = (tile * kTileRows + row) * g_.taps() + block / blocks_of_tap();
    std::copy_n(total + row * kSumsRow, std::min(kSumsRow, channels - channel),
                dw + to * channels + channel);
  }
}

template class TileWeightGradient<Bf16>;
template class TileWeightGradient<float>;

}  // namespace belamy::kernels

// What a training draws from: numbered samples of one shape.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace belamy {

/// The shape of one sample: [C, H, W] for images, [2] for points in the plane.
struct SampleShape {
  std::vector<int64_t> dims;

  int64_t values() const;    // the product of dims
  std::string text() const;  // "1×28×28"
  bool operator==(const SampleShape&) const = default;
};

/// Samples are read only and may be read from several threads.
class Dataset {
 public:
  virtual ~Dataset() = default;

  virtual int64_t size() const = 0;
  virtual SampleShape shape() const = 0;
  /// One line for people: what it is and where it came from.
  virtual std::string description() const = 0;
  /// 64 hexadecimal digits that tell the contents from others; the same on every machine. This one
  /// knows number, shape and labels; a data set that is read from files also hashes the samples.
  virtual std::string fingerprint() const;

  /// Writes float32 [indices.size(), dims...] in the data set's own range.
  /// Throws kData for an index outside 0..size()-1.
  virtual void gather(std::span<const int64_t> indices, float* out) const = 0;

  /// The number of classes; 0 when samples carry no label.
  virtual int64_t classes() const = 0;
  /// 0..classes()-1, or nothing when samples carry no label. Throws kData as gather does.
  virtual std::optional<int64_t> label(int64_t index) const = 0;

  /// What people call the sample: a file's name, or its number.
  virtual std::string sample_name(int64_t index) const { return std::to_string(index); }

  /// The other side of a translation, with samples of the same shape; null when there is none.
  virtual const Dataset* partner() const { return nullptr; }

  /// What a training's pictures show: samples that are not learnt from where there are some.
  virtual const Dataset& shown() const { return *this; }

  bool is_image() const { return shape().dims.size() == 3; }
};

/// The class of each sample; both empty and 0 when there are none.
struct Labels {
  std::vector<int64_t> values;
  int64_t classes = 0;
};

/// The values bytes 0 and 255 become.
struct ByteRange {
  float low = -1.0f;
  float high = 1.0f;
};

/// Images kept as bytes, turned into numbers batch by batch.
class ImageBytes : public Dataset {
 public:
  /// `pixels` is uint8 [N, C, H, W]. Throws kData when a count does not fit, there is no sample,
  /// or a label is not a class; kUsage unless the range is finite and range.low below range.high.
  ImageBytes(SampleShape shape, std::vector<uint8_t> pixels, Labels labels, ByteRange range,
             std::string description);

  int64_t size() const override { return size_; }
  SampleShape shape() const override { return shape_; }
  std::string description() const override { return description_; }
  std::string fingerprint() const override;
  void gather(std::span<const int64_t> indices, float* out) const override;
  int64_t classes() const override { return labels_.classes; }
  std::optional<int64_t> label(int64_t index) const override;

  std::string sample_name(int64_t index) const override;
  /// One a sample. Throws kData when their number is another.
  void set_sample_names(std::vector<std::string> names);

  ByteRange range() const { return range_; }
  /// uint8 [C, H, W]
  std::span<const uint8_t> bytes(int64_t index) const;

 private:
  SampleShape shape_;
  std::vector<uint8_t> pixels_;  // [N, C, H, W]
  Labels labels_;
  ByteRange range_;
  std::string description_;
  std::vector<std::string> names_;  // none: samples are numbered
  int64_t size_ = 0;
};

/// Points in the plane, given out as they are.
class PointSet : public Dataset {
 public:
  /// `points` is float32 [N, 2]. Throws as ImageBytes does.
  PointSet(std::vector<float> points, Labels labels, std::string description);

  int64_t size() const override { return static_cast<int64_t>(points_.size() / 2); }
  SampleShape shape() const override { return {{2}}; }
  std::string description() const override { return description_; }
  void gather(std::span<const int64_t> indices, float* out) const override;
  int64_t classes() const override { return labels_.classes; }
  std::optional<int64_t> label(int64_t index) const override;

  std::span<const float> points() const { return points_; }  // [N, 2]

 private:
  std::vector<float> points_;
  Labels labels_;
  std::string description_;
};

}  // namespace belamy

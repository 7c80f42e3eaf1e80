#include "belamy/nn/convolution.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <tuple>

#include "tests/support/errors.h"

namespace belamy {
namespace {

using testing::error_of;

RandomStream random_stream() {
  return RandomStream(3, "test");
}

at::Tensor noise(at::IntArrayRef shape) {
  at::manual_seed(7);
  return at::randn(shape);
}

// A convolution written as its definition, for one sample and one output channel.
at::Tensor by_hand(const at::Tensor& x, const at::Tensor& w, int64_t stride, PaddingPair rows,
                   PaddingPair columns) {
  const int64_t out_rows = (x.size(2) + rows.before + rows.after - w.size(2)) / stride + 1;
  const int64_t out_columns = (x.size(3) + columns.before + columns.after - w.size(3)) / stride + 1;
  at::Tensor y = at::zeros({x.size(0), w.size(0), out_rows, out_columns});
  const auto in = x.accessor<float, 4>();
  const auto kernel = w.accessor<float, 4>();
  auto out = y.accessor<float, 4>();
  for (int64_t n = 0; n < y.size(0); ++n)
    for (int64_t f = 0; f < y.size(1); ++f)
      for (int64_t r = 0; r < out_rows; ++r)
        for (int64_t c = 0; c < out_columns; ++c) {
          double sum = 0;
          for (int64_t k = 0; k < w.size(1); ++k)
            for (int64_t i = 0; i < w.size(2); ++i)
              for (int64_t j = 0; j < w.size(3); ++j) {
                const int64_t row = r * stride + i - rows.before;
                const int64_t column = c * stride + j - columns.before;
                if (row < 0 || column < 0 || row >= x.size(2) || column >= x.size(3)) continue;
                sum += static_cast<double>(in[n][k][row][column]) * kernel[f][k][i][j];
              }
          out[n][f][r][c] = static_cast<float>(sum);
        }
  return y;
}

class ConvolutionSizes : public ::testing::TestWithParam<std::tuple<int, int, int, std::string>> {};

TEST_P(ConvolutionSizes, agrees_with_the_definition) {
  const auto [size, kernel, stride, padding] = GetParam();
  ConvOptions options;
  options.filters = 3;
  options.kernel = {kernel};
  options.strides = {stride};
  options.padding = padding;
  Conv conv(options);
  RandomStream random = random_stream();
  conv.build({2, size, size + 1}, random);
  const at::Tensor x = noise({2, 2, size, size + 1});
  const at::Tensor y = conv.forward(x, {});

  const Shape expected_shape = conv.output_shape({2, size, size + 1});
  EXPECT_EQ(y.sizes().slice(1).vec(), expected_shape);
  const at::Tensor expected =
      by_hand(x, conv.tensors()[0].tensor, stride,
              convolution_padding(size, kernel, stride, options.padding_rule()),
              convolution_padding(size + 1, kernel, stride, options.padding_rule()));
  EXPECT_TRUE(at::allclose(y, expected, 1e-4, 1e-5));
}

INSTANTIATE_TEST_SUITE_P(Sizes, ConvolutionSizes,
                         ::testing::Combine(::testing::Values(6, 7), ::testing::Values(1, 3, 4, 5),
                                            ::testing::Values(1, 2, 3),
                                            ::testing::Values("same", "valid")));

TEST(Conv, same_with_stride_two_takes_the_window_that_keras_takes) {
  // A 4×4 image of 1..16 and a kernel that picks its top left corner: with Keras's (0, 1) padding
  // the windows begin at rows and columns 0 and 2; a symmetric padding would begin at -1 and 1.
  ConvOptions options;
  options.filters = 1;
  options.strides = {2};
  options.padding = "same";
  Conv conv(options);
  RandomStream random = random_stream();
  conv.build({1, 4, 4}, random);
  at::Tensor weight = conv.tensors()[0].tensor;
  weight.zero_();
  weight[0][0][0][0] = 1;
  const at::Tensor y = conv.forward(at::arange(1, 17, at::kFloat).view({1, 1, 4, 4}), {});
  EXPECT_TRUE(at::equal(y.flatten(), at::tensor({1.f, 3.f, 9.f, 11.f}))) << y;
}

class TransposedSizes : public ::testing::TestWithParam<std::tuple<int, int, std::string>> {};

// A transposed convolution is the gradient of the convolution with the same kernel: sum(conv(u) *
// x) has the gradient transpose(x) with respect to u.
TEST_P(TransposedSizes, is_the_gradient_of_the_convolution) {
  const auto [kernel, stride, padding] = GetParam();
  ConvTransposeOptions options;
  options.filters = 2;
  options.kernel = {kernel};
  options.strides = {stride};
  options.padding = padding;
  ConvTranspose transposed(options);
  RandomStream random = random_stream();
  transposed.build({3, 5, 6}, random);
  const at::Tensor x = noise({2, 3, 5, 6});
  const at::Tensor y = transposed.forward(x, {});
  const Shape shape = transposed.output_shape({3, 5, 6});
  ASSERT_EQ(y.sizes().slice(1).vec(), shape);

  const at::Tensor u = at::zeros(y.sizes()).set_requires_grad(true);
  const auto rule = options.padding_rule();
  const PaddingPair rows = convolution_padding(shape[1], kernel, stride, rule);
  const PaddingPair columns = convolution_padding(shape[2], kernel, stride, rule);
  const at::Tensor padded =
      at::constant_pad_nd(u, {columns.before, columns.after, rows.before, rows.after}, 0);
  const at::Tensor forward = at::conv2d(padded, transposed.tensors()[0].tensor, {}, stride);
  ASSERT_EQ(forward.sizes(), x.sizes());
  const at::Tensor gradient = torch::autograd::grad({(forward * x).sum()}, {u})[0];
  EXPECT_TRUE(at::allclose(y, gradient, 1e-4, 1e-5));
}

INSTANTIATE_TEST_SUITE_P(Sizes, TransposedSizes,
                         ::testing::Combine(::testing::Values(2, 3, 4, 5),
                                            ::testing::Values(1, 2, 3),
                                            ::testing::Values("same", "valid")));

TEST(Conv, a_window_larger_than_the_image_is_refused_with_both_sizes) {
  ConvOptions options;
  options.filters = 1;
  options.kernel = {5};
  const std::string message = error_of(ErrorKind::kShape, [&] {
    Conv(options).output_shape({1, 4, 4});
  });
  EXPECT_NE(message.find("5×5"), std::string::npos) << message;
  EXPECT_NE(message.find("1×4×4"), std::string::npos) << message;
}

TEST(Conv, a_flat_input_is_refused_with_the_remedy) {
  ConvOptions options;
  options.filters = 1;
  const std::string message =
      error_of(ErrorKind::kShape, [&] { Conv(options).output_shape({784}); });
  EXPECT_NE(message.find("reshape"), std::string::npos) << message;
}

}  // namespace
}  // namespace belamy

// The training step of recipes/dcgan-28.toml as a user of LibTorch writes it: the network, costs
// and order of work of LibTorch's C++ DCGAN example, timed. Prints one line of JSON.
//
//   dcgan MNIST_FOLDER [--threads N] [--seconds S]
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace nn = torch::nn;

constexpr int64_t kBatch = 64;
constexpr int64_t kSamplingBatch = 256;
constexpr int64_t kLatent = 100;
constexpr int kWarmUp = 5;

nn::Sequential make_generator() {
  const auto transposed = [](int64_t in, int64_t out, int64_t kernel) {
    return nn::ConvTranspose2dOptions(in, out, kernel).bias(false);
  };
  return nn::Sequential(
      nn::ConvTranspose2d(transposed(kLatent, 256, 4)), nn::BatchNorm2d(256), nn::ReLU(),
      nn::ConvTranspose2d(transposed(256, 128, 3).stride(2).padding(1)), nn::BatchNorm2d(128),
      nn::ReLU(), nn::ConvTranspose2d(transposed(128, 64, 4).stride(2).padding(1)),
      nn::BatchNorm2d(64), nn::ReLU(),
      nn::ConvTranspose2d(transposed(64, 1, 4).stride(2).padding(1)), nn::Tanh());
}

nn::Sequential make_discriminator() {
  const auto halving = [](int64_t in, int64_t out) {
    return nn::Conv2d(nn::Conv2dOptions(in, out, 4).stride(2).padding(1).bias(false));
  };
  const auto leaky = [] { return nn::LeakyReLU(nn::LeakyReLUOptions().negative_slope(0.2)); };
  return nn::Sequential(halving(1, 64), leaky(), halving(64, 128), nn::BatchNorm2d(128), leaky(),
                        halving(128, 256), nn::BatchNorm2d(256), leaky(),
                        nn::Conv2d(nn::Conv2dOptions(256, 1, 3).bias(false)), nn::Sigmoid());
}

torch::optim::Adam make_optimizer(nn::Sequential& network) {
  return torch::optim::Adam(network->parameters(),
                            torch::optim::AdamOptions(2e-4).betas({0.5, 0.5}));
}

class Training {
 public:
  explicit Training(torch::Tensor images) : images_(std::move(images)) {}

  void step() {
    const torch::Tensor real = next_batch();
    discriminator_->zero_grad();
    const torch::Tensor real_labels = torch::empty(kBatch).uniform_(0.8, 1.0);
    const torch::Tensor real_cost = cost(discriminator_->forward(real), real_labels);
    real_cost.backward();
    const torch::Tensor fake = generator_->forward(torch::randn({kBatch, kLatent, 1, 1}));
    const torch::Tensor fake_cost =
        cost(discriminator_->forward(fake.detach()), torch::zeros(kBatch));
    fake_cost.backward();
    discriminator_optimizer_.step();

    generator_->zero_grad();
    const torch::Tensor generator_cost = cost(discriminator_->forward(fake), torch::ones(kBatch));
    generator_cost.backward();
    generator_optimizer_.step();

    const float total = (real_cost + fake_cost + generator_cost).item<float>();
    if (!std::isfinite(total)) throw std::runtime_error("the training diverged");
  }

  void sample() {
    const torch::NoGradGuard no_gradients;
    generator_->eval();
    generator_->forward(torch::randn({kSamplingBatch, kLatent, 1, 1}));
    generator_->train();
  }

 private:
  static torch::Tensor cost(const torch::Tensor& output, const torch::Tensor& labels) {
    return torch::binary_cross_entropy(output.reshape(labels.sizes()), labels);
  }

  torch::Tensor next_batch() const {
    const torch::Tensor chosen = torch::randint(images_.size(0), {kBatch}, torch::kLong);
    return images_.index_select(0, chosen).mul_(2).sub_(1);
  }

  torch::Tensor images_;  // [N, 1, 28, 28], 0..1
  nn::Sequential generator_ = make_generator();
  nn::Sequential discriminator_ = make_discriminator();
  torch::optim::Adam generator_optimizer_ = make_optimizer(generator_);
  torch::optim::Adam discriminator_optimizer_ = make_optimizer(discriminator_);
};

/// The median of at least three runs and `seconds` seconds.
template <class Work>
double median_seconds(double seconds, Work work) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  for (double spent = 0; times.size() < 3 || spent < seconds; spent += times.back()) {
    const auto begin = Clock::now();
    work();
    times.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

struct Arguments {
  std::string folder;
  int threads = 2;
  double seconds = 10;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--", 0) != 0 && arguments.folder.empty()) {
      arguments.folder = word;
    } else if (word == "--threads" && i + 1 < argc) {
      arguments.threads = std::stoi(argv[++i]);
    } else if (word == "--seconds" && i + 1 < argc) {
      arguments.seconds = std::stod(argv[++i]);
    } else {
      throw std::runtime_error("unknown argument " + word);
    }
  }
  if (arguments.folder.empty()) throw std::runtime_error("MNIST's folder is missing");
  return arguments;
}

}  // namespace

int main(int argc, char** argv) try {
  const Arguments arguments = parse(argc, argv);
  at::globalContext().setFlushDenormal(true);
  torch::set_num_threads(arguments.threads);
  torch::manual_seed(1);
  Training training(torch::data::datasets::MNIST(arguments.folder).images());
  for (int i = 0; i < kWarmUp; ++i) training.step();
  const double step = median_seconds(arguments.seconds, [&] { training.step(); });
  training.sample();
  const double sample = median_seconds(arguments.seconds / 5, [&] { training.sample(); });
  std::printf(
      "{\"recipe\": \"dcgan-28\", \"way\": \"eager\", \"batch\": %d, \"threads\": %d, "
      "\"step_ms\": %.3f, \"samples_per_s\": %.1f, \"torch\": \"%s\"}\n",
      static_cast<int>(kBatch), torch::get_num_threads(), 1e3 * step, kSamplingBatch / sample,
      TORCH_VERSION);
} catch (const std::exception& error) {
  std::fprintf(stderr, "dcgan: %s\nusage: dcgan MNIST_FOLDER [--threads N] [--seconds S]\n",
               error.what());
  return 1;
}

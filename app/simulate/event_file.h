// Writes events as newline-delimited canonical protobuf JSON: plain, .gz, .zst, or standard output
// ("-"). Constant memory. One thread.
#pragma once

#include <memory>
#include <string>

#include "app/simulate/outbox.h"

namespace clientele::app::simulate {

// Bytes of a file, compressed or not.
class ByteTarget {
 public:
  virtual ~ByteTarget() = default;
  [[nodiscard]] virtual base::Status Write(const std::string& bytes) = 0;
  // The last bytes; the file is whole only if this succeeds.
  [[nodiscard]] virtual base::Status Close() = 0;
};

class EventFile final : public EventSink {
 public:
  // PERMISSION_DENIED, NOT_FOUND, UNAVAILABLE: the file cannot be made.
  [[nodiscard]] static base::Result<std::unique_ptr<EventFile>> Open(const std::string& path);

  [[nodiscard]] base::Status Take(event::v1::Event& event) override;
  [[nodiscard]] base::Status Close();

 private:
  explicit EventFile(std::unique_ptr<ByteTarget> target) : target_(std::move(target)) {}

  std::unique_ptr<ByteTarget> target_;
  std::string buffer_;
};

}  // namespace clientele::app::simulate

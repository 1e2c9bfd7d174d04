#include "app/publish/acknowledged_file.h"

#include <cerrno>
#include <cstring>

#include "ingest/event_id.h"

namespace clientele::app {

AcknowledgedFile::AcknowledgedFile(std::string path, std::string tenant)
    : path_(std::move(path)), tenant_(std::move(tenant)), file_(path_, std::ios::app) {}

base::Status AcknowledgedFile::Check() const {
  if (file_) return {};
  return base::Fail(base::Code::kUnavailable, "--acknowledged {}: cannot be written: {}", path_,
                    std::strerror(errno));
}

void AcknowledgedFile::Add(const event::v1::Event& event) {
  std::string id = event.event_id();
  if (id.empty()) {
    id = ingest::DeriveEventId({event.tenant().empty() ? tenant_ : event.tenant(),
                                event.source().system(), event.source().external_id(),
                                event.revision(), event.occurred_at()})
             .ToString();
  }
  const std::lock_guard lock(mutex_);
  file_ << id << '\n';
}

base::Status AcknowledgedFile::Finish() {
  const std::lock_guard lock(mutex_);
  file_.close();
  if (file_) return {};
  return base::Fail(base::Code::kUnavailable,
                    "{}: cannot be written; not every acknowledged event is in it", path_);
}

}  // namespace clientele::app

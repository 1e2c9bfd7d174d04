// The sample through the publishing client into the real service over gRPC, with a producer that
// loses nothing: all of it is accepted, in order.
#include <gtest/gtest.h>

#include "app/simulate/publish_sink.h"
#include "app/simulate/sample_fixture.h"
#include "ingest/service_fixture.h"

namespace clientele::app::simulate {
namespace {

using PublishSampleTest = ingest::ServiceTest;

TEST_F(PublishSampleTest, EverythingIsAccepted) {
  auto simulation = Simulation::Make(SampleOptions(500, 20));
  ASSERT_TRUE(simulation);
  PublishClient::Options options;
  options.address = "127.0.0.1:" + std::to_string(port_);
  std::string refused;
  PublishClient client(options, [&refused](uint64_t, const event::v1::Event& event,
                                           const ingest::v1::EventResult& result) {
    refused = result.field() + ": " + result.reason() + ": " + event.ShortDebugString();
  });
  Progress progress("sample company", "events", 0);
  PublishSink sink(client, progress);
  clock_.Set((*simulation)->timeline().End() + kHour);
  ASSERT_TRUE((*simulation)->Run(sink, [&sink](int done, int days) { sink.OnDay(done, days); }));
  const auto counts = client.Finish();
  ASSERT_TRUE(counts) << counts.error().message;
  EXPECT_EQ(refused, "");
  EXPECT_EQ(static_cast<int64_t>(counts->accepted), (*simulation)->truth().sent().all);
  EXPECT_EQ(counts->rejected, 0U);
  EXPECT_EQ(counts->unknown, 0U);
}

}  // namespace
}  // namespace clientele::app::simulate

// The .proto files against the last released descriptor set, and the comparison itself against
// planted breaking changes. Arguments: released set, current set.
#include "tests/proto/compatibility.h"

#include <gmock/gmock.h>
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <fstream>

namespace clientele::tests {
namespace {

using google::protobuf::FileDescriptorSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Set by main from the command line.
std::string& ReleasedPath() {
  static std::string path;
  return path;
}
std::string& CurrentPath() {
  static std::string path;
  return path;
}

FileDescriptorSet Load(const std::string& path) {
  FileDescriptorSet set;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  EXPECT_TRUE(set.ParseFromIstream(&file)) << path;
  EXPECT_GT(set.file_size(), 0) << path;
  return set;
}

FileDescriptorSet Parse(const std::string& body) {
  const std::string text = "syntax = \"proto3\"; package clientele.test; " + body;
  google::protobuf::io::ArrayInputStream in(text.data(), static_cast<int>(text.size()));
  google::protobuf::io::Tokenizer tokens(&in, nullptr);
  FileDescriptorSet set;
  google::protobuf::compiler::Parser parser;
  EXPECT_TRUE(parser.Parse(&tokens, set.add_file())) << body;
  set.mutable_file(0)->set_name("test.proto");
  return set;
}

std::vector<std::string> Changes(const std::string& released, const std::string& current) {
  return BreakingChanges(Parse(released), Parse(current));
}

TEST(Compatibility, NothingBreaksTheLastRelease) {
  EXPECT_THAT(BreakingChanges(Load(ReleasedPath()), Load(CurrentPath())), IsEmpty())
      << "add fields and values instead; to remove a field, reserve its number and name";
}

TEST(Compatibility, AdditionsAreFine) {
  EXPECT_THAT(Changes("message A { string a = 1; enum E { E_UNSPECIFIED = 0; X = 1; } }",
                      "message A { string a = 1; int32 b = 2; enum E { E_UNSPECIFIED = 0; X = 1; "
                      "Y = 2; } } message B {}"),
              IsEmpty());
}

TEST(Compatibility, ARemovedFieldNeedsItsNumberAndName) {
  const std::string was = "message A { string a = 1; string b = 2; }";
  EXPECT_THAT(Changes(was, "message A { string a = 1; }"),
              ElementsAre(HasSubstr("number not reserved"), HasSubstr("name is not reserved")));
  EXPECT_THAT(Changes(was, "message A { string a = 1; reserved 2; }"),
              ElementsAre(HasSubstr("name is not reserved")));
  EXPECT_THAT(Changes(was, "message A { string a = 1; reserved \"b\"; }"),
              ElementsAre(HasSubstr("number not reserved")));
  EXPECT_THAT(Changes(was, "message A { string a = 1; reserved 2; reserved \"b\"; }"), IsEmpty());
}

TEST(Compatibility, ARenumberedFieldBreaks) {
  EXPECT_THAT(Changes("message A { string a = 1; }", "message A { string a = 2; }"),
              testing::Contains(HasSubstr("clientele.test.A.a: field 1 is gone")));
  EXPECT_THAT(Changes("message A { string a = 1; }", "message A { string a = 2; reserved 1; }"),
              ElementsAre(HasSubstr("another number")));
}

TEST(Compatibility, ARenamedFieldBreaks) {
  EXPECT_THAT(Changes("message A { string a = 1; }", "message A { string z = 1; }"),
              ElementsAre(HasSubstr("now named z")));
}

TEST(Compatibility, ARetypedFieldBreaks) {
  const std::string was = "message B {} message C {} message A { int64 a = 1; B b = 2; }";
  const std::string others = "message B {} message C {} ";
  EXPECT_THAT(Changes(was, others + "message A { uint64 a = 1; B b = 2; }"),
              ElementsAre(HasSubstr("was int64, is uint64")));
  EXPECT_THAT(Changes(was, others + "message A { int64 a = 1; C b = 2; }"),
              ElementsAre(HasSubstr("clientele.test.C")));
  EXPECT_THAT(Changes(was, others + "message A { repeated int64 a = 1; B b = 2; }"),
              ElementsAre(HasSubstr("repeated")));
  EXPECT_THAT(Changes(was, others + "message A { optional int64 a = 1; B b = 2; }"),
              ElementsAre(HasSubstr("optional")));
  EXPECT_THAT(Changes(was, others + "message A { oneof o { int64 a = 1; } B b = 2; }"),
              ElementsAre(HasSubstr("oneof o")));
}

TEST(Compatibility, ARemovedMessageBreaks) {
  EXPECT_THAT(Changes("message A { message N {} }", "message A {}"),
              ElementsAre(HasSubstr("clientele.test.A.N: the message is gone")));
}

TEST(Compatibility, EnumValuesStay) {
  const std::string was = "enum E { E_UNSPECIFIED = 0; X = 1; }";
  EXPECT_THAT(Changes(was, "enum E { E_UNSPECIFIED = 0; }"),
              ElementsAre(HasSubstr("X = 1 is gone")));
  EXPECT_THAT(Changes(was, "enum E { E_UNSPECIFIED = 0; Z = 1; }"),
              ElementsAre(HasSubstr("now named Z")));
  EXPECT_THAT(Changes(was, ""), ElementsAre(HasSubstr("the enum is gone")));
}

TEST(Compatibility, AnEnumsZeroIsUnspecified) {
  EXPECT_THAT(Changes("", "enum E { X = 0; }"), ElementsAre(HasSubstr("_UNSPECIFIED")));
  EXPECT_THAT(Changes("", "message A { message N { enum E { X = 0; } } }"),
              ElementsAre(HasSubstr("clientele.test.A.N.E")));
}

TEST(Compatibility, ReservationsStay) {
  const std::string was = "message A { reserved 2 to 4; reserved \"b\"; }";
  EXPECT_THAT(Changes(was, "message A { reserved 2, 4; reserved \"b\"; }"),
              ElementsAre(HasSubstr("number 3")));
  EXPECT_THAT(Changes(was, "message A { reserved 2 to 4; }"), ElementsAre(HasSubstr("name b")));
}

TEST(Compatibility, ServicesKeepTheirMethods) {
  const std::string types = "message A {} message B {} ";
  const std::string was = types + "service S { rpc M(A) returns (B); }";
  EXPECT_THAT(Changes(was, types), ElementsAre(HasSubstr("the service is gone")));
  EXPECT_THAT(Changes(was, types + "service S {}"), ElementsAre(HasSubstr("the method is gone")));
  EXPECT_THAT(Changes(was, types + "service S { rpc M(stream A) returns (B); }"),
              ElementsAre(HasSubstr("stream ")));
}

}  // namespace
}  // namespace clientele::tests

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) {
    std::fprintf(stderr, "usage: compatibility_test RELEASED CURRENT\n");
    return 2;
  }
  clientele::tests::ReleasedPath() = argv[1];
  clientele::tests::CurrentPath() = argv[2];
  return RUN_ALL_TESTS();
}

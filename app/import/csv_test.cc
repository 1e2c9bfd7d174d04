// CsvReader and ToUtf8.
#include "app/import/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "app/import/recode.h"

namespace clientele::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Gives its bytes in pieces of a size.
class Pieces final : public ByteSource {
 public:
  explicit Pieces(std::string bytes, size_t piece = 1'000'000)
      : bytes_(std::move(bytes)), piece_(piece) {}
  base::Result<size_t> Read(char* out, size_t size) override {
    const size_t count = std::min({size, piece_, bytes_.size() - position_});
    std::memcpy(out, bytes_.data() + position_, count);
    position_ += count;
    return count;
  }

 private:
  std::string bytes_;
  size_t piece_;
  size_t position_ = 0;
};

// Every row as "line|field|field" or "line! error".
std::vector<std::string> Rows(const std::string& text, char delimiter = ',', size_t piece = 7) {
  auto reader = CsvReader::Open(LineReader(std::make_unique<Pieces>(text, piece)), delimiter);
  EXPECT_TRUE(reader) << reader.error().message;
  std::vector<std::string> rows;
  CsvRow row;
  for (auto more = reader->Next(row); more && *more; more = reader->Next(row)) {
    std::string shown = std::to_string(row.line);
    if (row.error.empty()) {
      for (const std::string& field : row.fields) shown += "|" + field;
    } else {
      shown += "! " + row.error;
    }
    rows.push_back(shown);
  }
  return rows;
}

TEST(Csv, QuotesDelimitersAndLineEnds) {
  EXPECT_THAT(Rows("a,b\n1,2\n"), ElementsAre("2|1|2"));
  EXPECT_THAT(Rows("\xef\xbb\xbf"
                   "a;b\r\n\r\n\"x;\"\"y\"\"\";\r\n;z",
                   ';'),
              ElementsAre("3|x;\"y\"|", "4||z"));
  EXPECT_THAT(Rows("a,b\n\"two\nlines\",2\n3,4\n"), ElementsAre("2|two\nlines|2", "4|3|4"));
  EXPECT_THAT(Rows("a\tb\n5\" pipe\t2\n", '\t'), ElementsAre("2|5\" pipe|2"));
  EXPECT_THAT(Rows("a,b\n"), ElementsAre());
}

TEST(Csv, ABrokenRowCostsNoOther) {
  EXPECT_THAT(Rows("a,b\n1,2\n1,2,3\n4\n5,6\n"),
              ElementsAre("2|1|2", "3! 3 columns, must be 2", "4! 1 columns, must be 2", "5|5|6"));
  EXPECT_THAT(Rows("a,b\n\"x\"y,2\n3,4\n"),
              ElementsAre("2! column 1: text after the closing quote", "3|3|4"));
  EXPECT_THAT(Rows("a,b\n1,\"open\n3,4\n5,6\n"),
              ElementsAre("2! a quote is opened and never closed", "3|3|4", "4|5|6"));
  EXPECT_THAT(Rows("a,b\n\xcf\xf0,2\n3,4\n"),
              ElementsAre("2! is not UTF-8: name the file's encoding in the mapping", "3|3|4"));
}

TEST(Csv, AnEndlessLineCostsNoOther) {
  const std::string endless(LineReader::kMostLineBytes + 1, 'x');
  const std::string told = "longer than 33554432 bytes; the text is its beginning";
  EXPECT_THAT(Rows("a,b\n1,\"open\n" + endless + "\n3,4\n", ',', 1U << 20),
              ElementsAre("2! a quote is opened and never closed", "3! " + told, "4|3|4"));
}

TEST(Csv, AHeaderIsNeeded) {
  const auto message = [](const std::string& text) {
    const auto reader = CsvReader::Open(LineReader(std::make_unique<Pieces>(text)), ',');
    return reader ? std::string("accepted") : reader.error().message;
  };
  EXPECT_EQ(message(""), "the file has no header line");
  EXPECT_EQ(message("\n\r\n"), "the file has no header line");
  EXPECT_EQ(message("a,\"b\n1,2\n"), "header line: a quote is opened and never closed");
  EXPECT_THAT(message("\xcf\xf0,b\n"), HasSubstr("header line: is not UTF-8"));
}

std::string Recoded(const std::string& bytes, const std::string& encoding) {
  // Pieces of an odd size cut characters in two.
  auto source = ToUtf8(std::make_unique<Pieces>(bytes, 3), encoding);
  EXPECT_TRUE(source);
  std::string text;
  char buffer[5];
  for (auto got = (*source)->Read(buffer, sizeof buffer); got && *got > 0;
       got = (*source)->Read(buffer, sizeof buffer)) {
    text.append(buffer, *got);
  }
  return text;
}

TEST(ToUtf8, ReadsOtherEncodings) {
  EXPECT_EQ(Recoded("\xcf\xf0\xe8\xe2\xe5\xf2, 1", "WINDOWS-1251"), "Привет, 1");
  std::string wide("\xff\xfe", 2);
  for (int i = 0; i < 500; ++i)
    wide += std::string(
        "\x1f\x04"
        "1\0",
        4);
  std::string expected;
  for (int i = 0; i < 500; ++i) expected += "П1";
  EXPECT_EQ(Recoded(wide, "UTF-16"), expected);
  // Half a character at the end, and bytes that stand for nothing.
  EXPECT_EQ(Recoded(std::string("\xff\xfe\x1f\x04\x1f", 5), "UTF-16"), "П\xef\xbf\xbd");
  EXPECT_EQ(Recoded("a\x98z", "WINDOWS-1251"), "a\xef\xbf\xbdz");
}

TEST(ToUtf8, AnUnknownEncodingIsNamed) {
  const auto source = ToUtf8(std::make_unique<Pieces>(""), "KOI-99");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().message, "encoding KOI-99: there is no such character set");
}

}  // namespace
}  // namespace clientele::app

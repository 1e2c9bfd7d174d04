#include "tests/proto/compatibility.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <string_view>

namespace clientele::tests {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

class Comparison {
 public:
  Comparison(const FileDescriptorSet& released, const FileDescriptorSet& current)
      : released_set_(released), current_set_(current) {}

  std::vector<std::string> Run() {
    if (!Fill(released_set_, released_, "released") || !Fill(current_set_, current_, "current")) {
      return findings_;
    }
    for (const auto& file : released_set_.file())
      CompareFile(*released_.FindFileByName(file.name()));
    for (const auto& file : current_set_.file()) CheckZeros(*current_.FindFileByName(file.name()));
    return findings_;
  }

 private:
  bool Fill(const FileDescriptorSet& set, DescriptorPool& pool, std::string_view name) {
    for (const auto& file : set.file()) {
      if (pool.BuildFile(file) == nullptr) {
        findings_.push_back(fmt::format("the {} set: {} cannot be read", name, file.name()));
        return false;
      }
    }
    return true;
  }

  template <typename... Args>
  void Find(fmt::format_string<Args...> format, Args&&... args) {
    findings_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void CompareFile(const FileDescriptor& file) {
    for (int i = 0; i < file.message_type_count(); ++i) CompareMessage(*file.message_type(i));
    for (int i = 0; i < file.enum_type_count(); ++i) CompareEnum(*file.enum_type(i));
    for (int i = 0; i < file.service_count(); ++i) CompareService(*file.service(i));
  }

  void CompareMessage(const Descriptor& was) {
    const Descriptor* is = current_.FindMessageTypeByName(was.full_name());
    if (is == nullptr) {
      Find("{}: the message is gone", was.full_name());
      return;
    }
    for (int i = 0; i < was.field_count(); ++i) CompareField(*was.field(i), *is);
    for (int i = 0; i < was.nested_type_count(); ++i) CompareMessage(*was.nested_type(i));
    for (int i = 0; i < was.enum_type_count(); ++i) CompareEnum(*was.enum_type(i));
    CompareReservations(was, *is);
  }

  void CompareField(const FieldDescriptor& was, const Descriptor& message) {
    const FieldDescriptor* is = message.FindFieldByNumber(was.number());
    if (is == nullptr) {
      if (!message.IsReservedNumber(was.number())) {
        Find("{}: field {} is gone and its number not reserved", was.full_name(), was.number());
      }
      if (!message.IsReservedName(was.name())) {
        Find("{}: field {} is gone or has another number, and its name is not reserved",
             was.full_name(), was.number());
      }
      return;
    }
    if (is->name() != was.name()) {
      Find("{}: field {} is now named {}", was.full_name(), was.number(), is->name());
    }
    if (TypeOf(*is) != TypeOf(was)) {
      Find("{}: was {}, is {}", was.full_name(), TypeOf(was), TypeOf(*is));
    }
  }

  // Everything that decides how a field is read, its presence and oneof included.
  static std::string TypeOf(const FieldDescriptor& field) {
    std::string type = field.type_name();
    if (field.message_type() != nullptr) type += " " + field.message_type()->full_name();
    if (field.enum_type() != nullptr) type += " " + field.enum_type()->full_name();
    if (field.is_repeated()) type += " repeated";
    if (field.has_optional_keyword()) type += " optional";
    if (field.real_containing_oneof() != nullptr) {
      type += " of oneof " + field.real_containing_oneof()->name();
    }
    return type;
  }

  void CompareReservations(const Descriptor& was, const Descriptor& is) {
    for (int i = 0; i < was.reserved_name_count(); ++i) {
      if (!is.IsReservedName(was.reserved_name(i))) {
        Find("{}: the name {} is no longer reserved", was.full_name(), was.reserved_name(i));
      }
    }
    for (int i = 0; i < was.reserved_range_count(); ++i) {
      const auto* range = was.reserved_range(i);
      for (int number = range->start; number < range->end; ++number) {
        if (is.IsReservedNumber(number)) continue;
        Find("{}: the number {} is no longer reserved", was.full_name(), number);
        break;
      }
    }
  }

  void CompareEnum(const EnumDescriptor& was) {
    const EnumDescriptor* is = current_.FindEnumTypeByName(was.full_name());
    if (is == nullptr) {
      Find("{}: the enum is gone", was.full_name());
      return;
    }
    for (int i = 0; i < was.value_count(); ++i) {
      const EnumValueDescriptor& value = *was.value(i);
      const EnumValueDescriptor* now = is->FindValueByNumber(value.number());
      if (now == nullptr) {
        Find("{}: value {} = {} is gone", was.full_name(), value.name(), value.number());
      } else if (now->name() != value.name()) {
        Find("{}: value {} is now named {}", value.full_name(), value.number(), now->name());
      }
    }
  }

  void CompareService(const ServiceDescriptor& was) {
    const ServiceDescriptor* is = current_.FindServiceByName(was.full_name());
    if (is == nullptr) {
      Find("{}: the service is gone", was.full_name());
      return;
    }
    for (int i = 0; i < was.method_count(); ++i) {
      const MethodDescriptor& method = *was.method(i);
      const MethodDescriptor* now = is->FindMethodByName(method.name());
      if (now == nullptr) {
        Find("{}: the method is gone", method.full_name());
      } else if (ShapeOf(*now) != ShapeOf(method)) {
        Find("{}: was {}, is {}", method.full_name(), ShapeOf(method), ShapeOf(*now));
      }
    }
  }

  static std::string ShapeOf(const MethodDescriptor& method) {
    return fmt::format("({}{}) returns ({}{})", method.client_streaming() ? "stream " : "",
                       method.input_type()->full_name(), method.server_streaming() ? "stream " : "",
                       method.output_type()->full_name());
  }

  void CheckZeros(const FileDescriptor& file) {
    if (file.package().rfind("clientele.", 0) != 0) return;
    for (int i = 0; i < file.enum_type_count(); ++i) CheckZero(*file.enum_type(i));
    for (int i = 0; i < file.message_type_count(); ++i) CheckZeros(*file.message_type(i));
  }

  void CheckZeros(const Descriptor& message) {
    for (int i = 0; i < message.enum_type_count(); ++i) CheckZero(*message.enum_type(i));
    for (int i = 0; i < message.nested_type_count(); ++i) CheckZeros(*message.nested_type(i));
  }

  void CheckZero(const EnumDescriptor& type) {
    constexpr std::string_view kEnding = "_UNSPECIFIED";
    const EnumValueDescriptor* zero = type.FindValueByNumber(0);
    if (zero == nullptr || !std::string_view(zero->name()).ends_with(kEnding)) {
      Find("{}: the zero must end in {}", type.full_name(), kEnding);
    }
  }

  const FileDescriptorSet& released_set_;
  const FileDescriptorSet& current_set_;
  DescriptorPool released_;
  DescriptorPool current_;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> BreakingChanges(const FileDescriptorSet& released,
                                         const FileDescriptorSet& current) {
  return Comparison(released, current).Run();
}

}  // namespace clientele::tests

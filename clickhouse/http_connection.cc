#include "clickhouse/http_connection.h"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>
#include <cstring>

#include "base/kill_point.h"
#include "clickhouse/store.h"

namespace clientele::clickhouse {

namespace {

constexpr std::string_view kUnixScheme = "unix:";
constexpr long kConnectTimeoutMs = 5'000;
// Below the idle time after which servers close (10 s): a request on a connection that is being
// closed may get no clear answer.
constexpr long kMostIdleSeconds = 5;
constexpr size_t kMostIdleConnections = 32;
constexpr long kBufferBytes = 256 << 10;
constexpr size_t kMostHeaderBytes = 16 << 10;

struct FreeHeaders {
  void operator()(curl_slist* headers) const { curl_slist_free_all(headers); }
};
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

std::unique_ptr<curl_slist, FreeHeaders> Headers() {
  // Without an answer to "Expect", a body of more than 1 MiB would wait for a second.
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
  return std::unique_ptr<curl_slist, FreeHeaders>(headers);
}

}  // namespace

// A curl handle, and the multi handle whose only connection is kept alive between exchanges.
class Connection {
 public:
  Connection() : multi(curl_multi_init()), easy(curl_easy_init()), headers(Headers()) {}
  ~Connection() {
    curl_multi_remove_handle(multi.get(), easy.get());
    easy.reset();
  }

  template <typename T>
  void Set(CURLoption option, T value) {
    curl_easy_setopt(easy.get(), option, value);
  }

  std::unique_ptr<CURLM, FreeMulti> multi;
  std::unique_ptr<CURL, FreeEasy> easy;
  std::unique_ptr<curl_slist, FreeHeaders> headers;
  char error[CURL_ERROR_SIZE] = {};
  std::string socket;  // path; empty: over TCP
};

ConnectionPool::ConnectionPool(const Address& address)
    : origin_(address.url.starts_with(kUnixScheme) ? "http://localhost" : address.url),
      socket_(address.url.starts_with(kUnixScheme) ? address.url.substr(kUnixScheme.size()) : ""),
      user_(address.user),
      password_(address.password) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialised);
}

ConnectionPool::~ConnectionPool() = default;

std::unique_ptr<Connection> ConnectionPool::Take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto connection = std::make_unique<Connection>();
  connection->Set(CURLOPT_NOSIGNAL, 1L);
  connection->Set(CURLOPT_PROXY, "");
  connection->Set(CURLOPT_PROTOCOLS_STR, "http,https");
  connection->Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  connection->Set(CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  connection->Set(CURLOPT_MAXAGE_CONN, kMostIdleSeconds);
  connection->Set(CURLOPT_BUFFERSIZE, kBufferBytes);
  connection->Set(CURLOPT_UPLOAD_BUFFERSIZE, kBufferBytes);
  connection->Set(CURLOPT_POST, 1L);
  connection->Set(CURLOPT_HTTPHEADER, connection->headers.get());
  connection->Set(CURLOPT_ERRORBUFFER, connection->error);
  connection->socket = socket_;
  if (!socket_.empty()) connection->Set(CURLOPT_UNIX_SOCKET_PATH, socket_.c_str());
  if (!user_.empty()) {
    connection->Set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    connection->Set(CURLOPT_USERNAME, user_.c_str());
    connection->Set(CURLOPT_PASSWORD, password_.c_str());
  }
  return connection;
}

void ConnectionPool::Give(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < kMostIdleConnections) idle_.push_back(std::move(connection));
}

// What curl calls while an exchange runs.
struct Callbacks {
  static size_t ReadBody(char* out, size_t, size_t room, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    size_t written = 0;
    while (written < room && exchange.piece_ < exchange.request_.body.size()) {
      const std::string_view left =
          exchange.request_.body[exchange.piece_].substr(exchange.piece_sent_);
      const size_t size = std::min(left.size(), room - written);
      std::copy_n(left.data(), size, out + written);
      written += size;
      exchange.piece_sent_ += size;
      if (size == left.size()) {
        ++exchange.piece_;
        exchange.piece_sent_ = 0;
      }
    }
    return written;
  }

  // Asked for before a request is sent again on another connection. Refusing ends the transfer.
  static int RewindBody(void* self, curl_off_t offset, int) {
    auto& exchange = *static_cast<Exchange*>(self);
    if (!exchange.request_.repeatable || offset != 0) return CURL_SEEKFUNC_FAIL;
    exchange.piece_ = 0;
    exchange.piece_sent_ = 0;
    return CURL_SEEKFUNC_OK;
  }

  static size_t TakeHeader(char* data, size_t, size_t size, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::string_view line(data, size);
    if (line.starts_with("HTTP/")) exchange.head_ = {};
    Keep(line, "X-ClickHouse-Exception-Tag:", exchange.head_.exception_tag);
    Keep(line, "X-ClickHouse-Summary:", exchange.head_.summary);
    return size;
  }

  static size_t TakeBody(char* data, size_t, size_t size, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.head_.status == 0) {
      curl_easy_getinfo(exchange.connection_->easy.get(), CURLINFO_RESPONSE_CODE,
                        &exchange.head_.status);
    }
    return exchange.take_body_(exchange.head_, {data, size}) ? size : 0;
  }

 private:
  static void Keep(std::string_view line, std::string_view name, std::string& value) {
    if (line.size() > kMostHeaderBytes || line.size() < name.size() ||
        strncasecmp(line.data(), name.data(), name.size()) != 0) {
      return;
    }
    line.remove_prefix(name.size());
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    value = line;
  }
};

Exchange::Exchange(ConnectionPool& pool, const HttpRequest& request, TakeBody take_body)
    : pool_(pool),
      request_(request),
      take_body_(std::move(take_body)),
      connection_(pool.Take()),
      begun_(std::chrono::steady_clock::now()) {
  Connection& connection = *connection_;
  connection.error[0] = '\0';
  const std::string url = pool.origin() + request.target;
  connection.Set(CURLOPT_URL, url.c_str());
  connection.Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body_bytes));
  connection.Set(CURLOPT_READFUNCTION, &Callbacks::ReadBody);
  connection.Set(CURLOPT_READDATA, this);
  connection.Set(CURLOPT_SEEKFUNCTION, &Callbacks::RewindBody);
  connection.Set(CURLOPT_SEEKDATA, this);
  connection.Set(CURLOPT_HEADERFUNCTION, &Callbacks::TakeHeader);
  connection.Set(CURLOPT_HEADERDATA, this);
  connection.Set(CURLOPT_WRITEFUNCTION, &Callbacks::TakeBody);
  connection.Set(CURLOPT_WRITEDATA, this);
  curl_multi_add_handle(connection.multi.get(), connection.easy.get());
}

Exchange::~Exchange() {
  if (!ended_ || ending_ != Ending::kWhole) return;
  curl_multi_remove_handle(connection_->multi.get(), connection_->easy.get());
  pool_.Give(std::move(connection_));
}

bool Exchange::Run(std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
  CURLM* const multi = connection_->multi.get();
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  while (!ended_) {
    int running = 0;
    if (const CURLMcode code = curl_multi_perform(multi, &running); code != CURLM_OK) {
      reason_ = curl_multi_strerror(code);
      End(CURLE_RECV_ERROR);
      break;
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg == CURLMSG_DONE) End(message->data.result);
    }
    if (ended_) break;
    PassSent();
    const auto now = std::chrono::steady_clock::now();
    if (stop.stop_requested() || now >= until) return false;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now);
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::min<int64_t>(wait.count(), 60'000)),
                    nullptr);
  }
  return true;
}

void Exchange::PassSent() {
  if (passed_sent_ || request_.repeatable) return;
  curl_off_t uploaded = 0;
  curl_easy_getinfo(connection_->easy.get(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
  if (static_cast<size_t>(uploaded) < request_.body_bytes) return;
  passed_sent_ = true;
  base::KillPoint("after-body-sent");
}

bool Exchange::sent() const {
  long request_bytes = 0;
  curl_easy_getinfo(connection_->easy.get(), CURLINFO_REQUEST_SIZE, &request_bytes);
  return request_bytes > 0;
}

void Exchange::End(int curl_code) {
  ended_ = true;
  CURL* const easy = connection_->easy.get();
  if (head_.status == 0) curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &head_.status);
  const auto code = static_cast<CURLcode>(curl_code);
  if (code == CURLE_OK) {
    ending_ = Ending::kWhole;
  } else if (!sent()) {
    ending_ = Ending::kNotConnected;
  } else {
    ending_ = code == CURLE_WRITE_ERROR ? Ending::kRefused : Ending::kBroken;
  }
  if (reason_.empty() && code == CURLE_COULDNT_CONNECT && !connection_->socket.empty()) {
    // curl would speak of localhost and port 80.
    reason_ = fmt::format("nothing answers on the socket {}; does `clientele run` run?",
                          connection_->socket);
  }
  if (reason_.empty()) {
    reason_ = connection_->error[0] != '\0' ? connection_->error : curl_easy_strerror(code);
  }
}

double Exchange::elapsed_ms() const {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun_)
      .count();
}

}  // namespace clientele::clickhouse

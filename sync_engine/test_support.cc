#include "sync_engine/test_support.h"

#include <httplib.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace favsync {
namespace {

template <typename Write>
std::string pem_of(Write write) {
  BIO* memory = BIO_new(BIO_s_mem());
  write(memory);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

std::unique_ptr<httplib::Server> make_tls_server(const TestCertificate& certificate) {
  return std::make_unique<httplib::SSLServer>([&](SSL_CTX& context) {
    BIO* memory = BIO_new_mem_buf(certificate.certificate.data(), -1);
    X509* x509 = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr);
    BIO_free(memory);
    memory = BIO_new_mem_buf(certificate.key.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr);
    BIO_free(memory);
    const bool is_set =
        SSL_CTX_use_certificate(&context, x509) == 1 && SSL_CTX_use_PrivateKey(&context, key) == 1;
    X509_free(x509);
    EVP_PKEY_free(key);
    return is_set;
  });
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "favsync-test-XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make " + path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestCertificate TestCertificate::make() {
  char curve[] = "P-256";
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve);
  X509* x509 = X509_new();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
  X509_set_pubkey(x509, key);
  X509_NAME* name = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("favsync test"), -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(x509, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(x509, key, EVP_sha256());
  TestCertificate made;
  made.certificate = pem_of([&](BIO* out) { PEM_write_bio_X509(out, x509); });
  made.key = pem_of(
      [&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(x509);
  EVP_PKEY_free(key);
  return made;
}

struct HttpServer::Parts {
  Parts(std::unique_ptr<httplib::Server> made, Handler handler) : server(std::move(made)) {
    server->set_tcp_nodelay(true);  // else an answer of two writes waits for an acknowledgement
    // A kept connection holds a thread, and a client may keep a dozen.
    server->new_task_queue = [] { return new httplib::ThreadPool(24); };
    const auto answer = [handler](const httplib::Request& request, httplib::Response& response) {
      const TestRequest seen{request.method,
                             request.path,
                             request.target,
                             request.body,
                             {request.headers.begin(), request.headers.end()},
                             request.remote_port};
      TestReply reply;
      handler(seen, reply);
      response.status = reply.status;
      for (const auto& [name, value] : reply.headers) response.set_header(name, value);
      response.set_content(reply.body, reply.content_type);
    };
    server->Get(".*", answer);
    server->Post(".*", answer);
    port = server->bind_to_any_port("127.0.0.1");
    thread = std::thread([this] { server->listen_after_bind(); });
    // The port listens already; only stop() needs to be told when the thread has come so far.
    while (!server->is_running()) std::this_thread::yield();
  }
  ~Parts() {
    server->stop();
    thread.join();
  }

  std::unique_ptr<httplib::Server> server;
  int port = 0;
  std::thread thread;
};

HttpServer::HttpServer(Handler handler)
    : parts_(std::make_unique<Parts>(std::make_unique<httplib::Server>(), std::move(handler))),
      url_("http://127.0.0.1:" + std::to_string(parts_->port)) {}

HttpServer::HttpServer(const TestCertificate& certificate, Handler handler)
    : parts_(std::make_unique<Parts>(make_tls_server(certificate), std::move(handler))),
      url_("https://127.0.0.1:" + std::to_string(parts_->port)) {}

HttpServer::~HttpServer() = default;

}  // namespace favsync

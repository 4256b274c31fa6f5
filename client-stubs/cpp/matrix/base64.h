#pragma once

#include <openssl/evp.h>

#include <stdexcept>
#include <string>

namespace headgate::matrix {

inline std::string to_base64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                             reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

inline std::string from_base64(const std::string& text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                             reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) throw std::runtime_error("no base64: " + text.substr(0, 40));
  // EVP counts the padding as bytes.
  for (auto at = text.rbegin(); at != text.rend() && *at == '='; ++at) size--;
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

}  // namespace headgate::matrix

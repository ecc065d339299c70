#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sqlite3.h>

/*
 * LD_PRELOAD shim: the Nth call that writes to, cuts or syncs a file below FAILING_DISK_FOLDER fails, as often as is asked.
 * The process arms it by opening the path "/failing-disk/<N>/<errno>/<how many>/<short>": it need not exist. With `short` 1 the
 * Nth write writes half of its bytes and says so, as a full disk does. Arming with N = 0 disarms. How many calls were counted
 * since then is what a read of the path "/failing-disk/count" fails with (errno, less 1000; at most 3000).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counted, first, many, error_code, short_writes;

static int arms(const char *path) {
  long n, code, times, halves;
  if (strncmp(path, "/failing-disk/", 14) != 0) return 0;
  pthread_mutex_lock(&lock);
  if (strcmp(path, "/failing-disk/count") == 0) {
    errno = 1000 + (counted < 3000 ? (int)counted : 3000);
  } else if (sscanf(path, "/failing-disk/%ld/%ld/%ld/%ld", &n, &code, &times, &halves) == 4) {
    counted = 0, first = n, error_code = code, many = times, short_writes = halves;
    errno = ENOENT;
  }
  pthread_mutex_unlock(&lock);
  return 1;
}

static int watched(int descriptor) {
  const char *folder = getenv("FAILING_DISK_FOLDER");
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (folder == NULL || n <= 0) return 0;
  path[n] = '\0';
  return strncmp(path, folder, strlen(folder)) == 0;
}

/* 0: go on; 1: fail; 2: write half */
static int fails(int descriptor, int writes) {
  int answer = 0;
  if (!watched(descriptor)) return 0;
  pthread_mutex_lock(&lock);
  counted++;
  if (first > 0 && counted >= first && counted < first + many) answer = short_writes && writes ? 2 : 1;
  pthread_mutex_unlock(&lock);
  if (answer == 1) errno = (int)error_code;
  return answer;
}

#define REAL(name) dlsym(RTLD_NEXT, name)

ssize_t write(int descriptor, const void *bytes, size_t n) {
  ssize_t (*real)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t))REAL("write");
  int how = fails(descriptor, 1);
  return how == 1 ? -1 : real(descriptor, bytes, how == 2 ? n / 2 : n);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t n, off64_t offset) {
  ssize_t (*real)(int, const void *, size_t, off64_t) =
      (ssize_t(*)(int, const void *, size_t, off64_t))REAL("pwrite64");
  int how = fails(descriptor, 1);
  return how == 1 ? -1 : real(descriptor, bytes, how == 2 ? n / 2 : n, offset);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t n, off_t offset) {
  return pwrite64(descriptor, bytes, n, offset);
}

int fsync(int descriptor) {
  int (*real)(int) = (int (*)(int))REAL("fsync");
  return fails(descriptor, 0) ? -1 : real(descriptor);
}

int fdatasync(int descriptor) {
  int (*real)(int) = (int (*)(int))REAL("fdatasync");
  return fails(descriptor, 0) ? -1 : real(descriptor);
}

int ftruncate64(int descriptor, off64_t length) {
  int (*real)(int, off64_t) = (int (*)(int, off64_t))REAL("ftruncate64");
  return fails(descriptor, 0) ? -1 : real(descriptor, length);
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

int open64(const char *path, int flags, ...) {
  int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))REAL("open64");
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (arms(path)) return -1;
  return real(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open64(path, flags, mode);
}

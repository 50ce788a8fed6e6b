/*
 * LD_PRELOAD shim: keeps an image of what would be on the disk after a power cut, in the strictest reading of POSIX. Of a
 * file only what was there at its last fsync or fdatasync; of a folder only the names at its own last fsync.
 * Opening and closing the file once more frees this process' locks on it, which does no harm here: nobody else opens it.
 * POWER_CUT_FOLDER is watched; POWER_CUT_IMAGE gets `content/<inode>` and `names` (lines "<inode> <name>").
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int watched(const char *path, const char *folder) {
  size_t n = strlen(folder);
  return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static void copy_content(const char *from, const char *image, unsigned long inode) {
  char to[PATH_MAX], part[PATH_MAX + 8], buffer[65536];
  snprintf(to, sizeof to, "%s/content/%lu", image, inode);
  snprintf(part, sizeof part, "%s.part", to);
  int in = open(from, O_RDONLY | O_CLOEXEC);
  int out = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (in < 0 || out < 0) abort();
  ssize_t n;
  while ((n = read(in, buffer, sizeof buffer)) > 0)
    if (write(out, buffer, (size_t)n) != n) abort();
  if (n < 0) abort();
  close(in);
  close(out);
  if (rename(part, to) != 0) abort();
}

static void copy_names(const char *folder, const char *image) {
  char to[PATH_MAX], part[PATH_MAX + 8];
  snprintf(to, sizeof to, "%s/names", image);
  snprintf(part, sizeof part, "%s.part", to);
  FILE *out = fopen(part, "we");
  DIR *in = opendir(folder);
  if (out == NULL || in == NULL) abort();
  for (struct dirent *entry; (entry = readdir(in)) != NULL;)
    if (entry->d_type == DT_REG) fprintf(out, "%lu %s\n", (unsigned long)entry->d_ino, entry->d_name);
  closedir(in);
  fclose(out);
  if (rename(part, to) != 0) abort();
}

static void keep(int descriptor) {
  const char *folder = getenv("POWER_CUT_FOLDER");
  const char *image = getenv("POWER_CUT_IMAGE");
  char link[64], path[PATH_MAX];
  struct stat status;
  if (folder == NULL || image == NULL || fstat(descriptor, &status) != 0) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return;
  path[n] = '\0';
  if (!watched(path, folder)) return;
  pthread_mutex_lock(&lock);
  if (S_ISDIR(status.st_mode)) {
    if (strcmp(path, folder) == 0) copy_names(folder, image);
  } else if (S_ISREG(status.st_mode)) {
    copy_content(link, image, (unsigned long)status.st_ino);
  }
  pthread_mutex_unlock(&lock);
}

int fsync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  int result = real(descriptor);
  if (result == 0) keep(descriptor);
  return result;
}

int fdatasync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int result = real(descriptor);
  if (result == 0) keep(descriptor);
  return result;
}

// Preloaded into the engine process: kills it, as by kill -9, at the n-th part that an insert moves
// into place. The folder CLIENTELE_TEST_RENAMES names holds the order: its file `armed` says
// "<n> <part of the target's path>". The n + 1st such move does not happen: the file becomes
// `struck`, and the process dies. Without the file nothing happens.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int moved = 0;

static int ReadOrder(const char* file, int* n, char* target, size_t size) {
  const int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char text[4096];
  const ssize_t length = read(fd, text, sizeof(text) - 1);
  close(fd);
  if (length <= 0) return 0;
  text[length] = '\0';
  char* blank = strchr(text, ' ');
  if (blank == NULL) return 0;
  *n = atoi(text);
  snprintf(target, size, "%s", blank + 1);
  target[strcspn(target, "\n")] = '\0';
  return 1;
}

static void Pass(const char* from, const char* to) {
  const char* const folder = getenv("CLIENTELE_TEST_RENAMES");
  if (folder == NULL || from == NULL || to == NULL || strstr(from, "/tmp_insert_") == NULL) return;
  char armed[4096], struck[4096], target[4096];
  snprintf(armed, sizeof(armed), "%s/armed", folder);
  snprintf(struck, sizeof(struck), "%s/struck", folder);
  int n = 0;
  pthread_mutex_lock(&mutex);
  if (!ReadOrder(armed, &n, target, sizeof(target))) {
    moved = 0;
  } else if (strstr(to, target) != NULL && moved++ == n) {
    syscall(SYS_rename, armed, struck);
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  pthread_mutex_unlock(&mutex);
}

int rename(const char* from, const char* to) {
  Pass(from, to);
  return (int)syscall(SYS_rename, from, to);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  Pass(from, to);
  return (int)syscall(SYS_renameat, from_folder, from, to_folder, to);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  Pass(from, to);
  return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

// The engine has no wrapper for renameat2.
long syscall(long number, ...) {
  static long (*real)(long, ...) = NULL;
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  va_list list;
  va_start(list, number);
  long argument[6];
  for (int i = 0; i < 6; ++i) argument[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_renameat2) Pass((const char*)argument[1], (const char*)argument[3]);
  return real(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
}

// build sandbox.wasm: -mexec-model=reactor
//
// A reactor that tries what a sandbox withholds. Text goes in and out through a static buffer of
// 1,000 bytes. Functions return the answer's length, or a negative errno.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasi/api.h>

#define EXPORT(name) __attribute__((export_name(#name)))

#define SIZE 1000

static char buffer[SIZE + 1];
static int is_initialized;

__attribute__((constructor)) static void initialize(void) { is_initialized = 1; }

EXPORT(initialized) int initialized(void) { return is_initialized; }

EXPORT(get_buffer_pointer) char *get_buffer_pointer(void) { return buffer; }
EXPORT(get_buffer_capacity) int get_buffer_capacity(void) { return SIZE; }

static int answer(const char *text) {
  int length = strlen(text);
  if (length > SIZE) return -ENOSPC;
  memmove(buffer, text, length);
  return length;
}

// Reads the file at a path.
EXPORT(read_file) int read_file(int length) {
  buffer[length] = 0;
  int file = open(buffer, O_RDONLY);
  if (file < 0) return -errno;
  int count = read(file, buffer, SIZE);
  int error = errno;
  close(file);
  return count < 0 ? -error : count;
}

// Writes "written" to a file, and creates it if it does not exist.
EXPORT(write_file) int write_file(int length) {
  buffer[length] = 0;
  int file = open(buffer, O_WRONLY | O_CREAT, 0644);
  if (file < 0) return -errno;
  int count = write(file, "written", 7);
  int error = errno;
  close(file);
  return count < 0 ? -error : answer("");
}

// Lists the names in a directory, each followed by a space.
EXPORT(list_directory) int list_directory(int length) {
  static char names[SIZE + 1];
  buffer[length] = 0;
  DIR *directory = opendir(buffer);
  if (directory == NULL) return -errno;
  names[0] = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (strlen(names) + strlen(entry->d_name) + 1 > SIZE) return -ENOSPC;
    strcat(strcat(names, entry->d_name), " ");
  }
  closedir(directory);
  return answer(names);
}

// Returns the value of a variable.
EXPORT(read_environment) int read_environment(int length) {
  buffer[length] = 0;
  char *value = getenv(buffer);
  return value == NULL ? -ENOENT : answer(value);
}

EXPORT(argument_count) int argument_count(void) {
  __wasi_size_t count, size;
  return __wasi_args_sizes_get(&count, &size) == 0 ? (int)count : -1;
}

// Prints a line.
EXPORT(say) int say(int length) {
  buffer[length] = 0;
  puts(buffer);
  return answer("");
}

// Prints to standard error, without a line feed.
EXPORT(complain) int complain(int length) {
  buffer[length] = 0;
  fputs(buffer, stderr);
  return answer("");
}

EXPORT(quit) void quit(int code) { exit(code); }

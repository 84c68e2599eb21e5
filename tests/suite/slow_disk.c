/* A disk that is slow to keep what is written: every fsync and fdatasync takes SLOW_DISK_MILLIS longer, and leaves one byte in
 * the file SLOW_DISK_COUNT. To be preloaded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void suffer(void)
{
    const char *count = getenv("SLOW_DISK_COUNT"), *millis = getenv("SLOW_DISK_MILLIS");
    long wait = millis ? atol(millis) : 0;
    struct timespec span = {wait / 1000, wait % 1000 * 1000000};
    int file = count ? open(count, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (file >= 0) {
        if (write(file, ".", 1) != 1)
            abort();
        close(file);
    }
    nanosleep(&span, NULL);
}

int fsync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    suffer();
    return real(file);
}

int fdatasync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    suffer();
    return real(file);
}

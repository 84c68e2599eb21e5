/* A disk that is slow to keep what is written: every fsync and fdatasync takes SLOW_DISK_MILLIS longer, and leaves one line in
 * the file SLOW_DISK_SYNCS: the path of what is synced. To be preloaded. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void suffer(int synced)
{
    const char *syncs = getenv("SLOW_DISK_SYNCS"), *millis = getenv("SLOW_DISK_MILLIS");
    long wait = millis ? atol(millis) : 0;
    struct timespec span = {wait / 1000, wait % 1000 * 1000000};
    int file = syncs ? open(syncs, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (file >= 0) {
        char link[64], path[PATH_MAX + 1];
        snprintf(link, sizeof link, "/proc/self/fd/%d", synced);
        ssize_t length = readlink(link, path, PATH_MAX);
        if (length < 0)
            length = 0;
        path[length++] = '\n';
        if (write(file, path, length) != length)
            abort();
        close(file);
    }
    nanosleep(&span, NULL);
}

int fsync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    suffer(file);
    return real(file);
}

int fdatasync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    suffer(file);
    return real(file);
}

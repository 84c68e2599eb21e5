/* A disk that takes GRANTD_TEST_FSYNC_MS milliseconds to write what it is asked to make durable: cc -shared -fPIC, LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_for_the_disk(void) {
    const char *millis = getenv("GRANTD_TEST_FSYNC_MS");
    long wait = millis ? atol(millis) : 0;
    struct timespec span = {wait / 1000, wait % 1000 * 1000000};
    nanosleep(&span, NULL);
}

int fsync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_for_the_disk();
    return real(file);
}

int fdatasync(int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_for_the_disk();
    return real(file);
}

/* Maps a file and reads only memory: prints the first byte each time that it has changed. Ends after COUNT changes, or when none
   comes for SECONDS. Usage: mapped-watch FILE COUNT SECONDS */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t); /* answered by the vDSO: no system call */
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: mapped-watch FILE COUNT SECONDS\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY);
    if (fd < 0) {
        fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    volatile const unsigned char *page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        fprintf(stderr, "mmap: %s\n", strerror(errno));
        return 1;
    }
    int count = atoi(argv[2]), seen = 0;
    double patience = atof(argv[3]), last = now();
    unsigned char known = page[0];
    printf("mapped %d\n", known);
    fflush(stdout);
    while (seen < count && now() - last < patience) {
        unsigned char byte = page[0];
        if (byte != known) {
            known = byte;
            seen++;
            last = now();
            printf("%d\n", known);
            fflush(stdout);
        }
    }
    return seen == count ? 0 : 3;
}

/* Writes numbered records into a file and syncs each. Usage: acknowledged-writer FILE RECORD_BYTES RECORDS

   Prints "N" when record N is synced, from 0 on. When a call fails it prints "failed CALL ERRNO", and waits for a line on standard input;
   then it opens the file anew and writes that record again. Ends when standard input ends.

   The file has room for RECORDS records: N is at (N modulo RECORDS) * RECORD_BYTES. It begins with N in eight bytes, least significant
   first; byte i of the rest is (N * 7 + i) modulo 251. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *failing;

static int write_record(int *fd, const char *path, const unsigned char *record, size_t bytes, long place) {
    if (*fd < 0) {
        failing = "open";
        *fd = open(path, O_WRONLY | O_CREAT, 0644);
        if (*fd < 0) return 0;
    }
    failing = "write";
    for (size_t done = 0; done < bytes;) {
        ssize_t written = pwrite(*fd, record + done, bytes - done, (off_t)(place * (long)bytes + (long)done));
        if (written < 0 && errno != EINTR) return 0;
        if (written > 0) done += (size_t)written;
    }
    failing = "fsync";
    return fsync(*fd) == 0;
}

static int goes_on(int waits) { /* whether standard input has not ended; takes a line if there is one */
    struct pollfd in = {.fd = 0, .events = POLLIN};
    char line[100];
    if (poll(&in, 1, waits ? -1 : 0) == 0) return 1;
    return read(0, line, sizeof line) > 0;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: acknowledged-writer FILE RECORD_BYTES RECORDS\n");
        return 2;
    }
    size_t bytes = strtoull(argv[2], NULL, 10);
    long records = atol(argv[3]);
    unsigned char *record = malloc(bytes);
    int fd = -1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (long number = 0; goes_on(0);) {
        for (size_t i = 0; i < bytes; i++) record[i] = (unsigned char)((number * 7 + (long)i) % 251);
        for (size_t i = 0; i < 8; i++) record[i] = (unsigned char)(number >> (8 * i));
        if (write_record(&fd, argv[1], record, bytes, number % records)) {
            printf("%ld\n", number++);
            continue;
        }
        printf("failed %s %s\n", failing, strerrorname_np(errno));
        if (fd >= 0) close(fd);
        fd = -1;
        if (!goes_on(1)) return 0;
    }
    return fd < 0 || close(fd) == 0 ? 0 : 1;
}

/* Makes a file longer by one path, again and again, and maps its new end by another: what was synced before an open, the open shows.

   Usage: grown-file TIMES WRITER_PATH READER_PATH
   Both paths are the same file by two mounts. Nothing asks for the file's size between, so only the open can have told the kernel of it.
   Prints one line and ends with 0, or tells what was wrong and ends with 1; with SIGBUS where the kernel believes an old size. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096

static void check(int good, const char *what) {
    if (good) return;
    perror(what);
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: grown-file TIMES WRITER_PATH READER_PATH\n");
        return 2;
    }
    long times = atol(argv[1]);
    for (long i = 0; i < times; i++) {
        int writer = open(argv[2], O_RDWR | O_CREAT, 0644);
        check(writer >= 0, "open to write");
        unsigned char stamp = (unsigned char)(i + 1);
        check(pwrite(writer, &stamp, 1, i * PAGE) == 1, "pwrite");
        check(fsync(writer) == 0, "fsync");
        check(close(writer) == 0, "close");

        int reader = open(argv[3], O_RDONLY);
        check(reader >= 0, "open to read");
        volatile unsigned char *last = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, reader, i * PAGE);
        check(last != MAP_FAILED, "mmap");
        if (*last != stamp) {
            fprintf(stderr, "page %ld begins with %02x, not %02x\n", i, *last, stamp);
            return 1;
        }
        check(munmap((void *)last, PAGE) == 0, "munmap");
        check(close(reader) == 0, "close");
    }
    printf("%ld times the open showed what was synced before it\n", times);
    return 0;
}

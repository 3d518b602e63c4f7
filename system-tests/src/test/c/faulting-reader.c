/* Reads a file through a mapping, over and over, with the kernel's pages of it dropped before each round, so that each page faults and is
   asked for. Usage: faulting-reader FILE, a file that keeps its bytes.

   Prints "round" after each. When memory cannot be had (SIGBUS) it prints "SIGBUS", and waits for a line on standard input, as it does
   after "changed", when a byte is another than in the first round. Ends when standard input ends. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static sigjmp_buf fault;

static void on_fault(int number) {
    (void)number;
    siglongjmp(fault, 1);
}

static int goes_on(int waits) {
    struct pollfd in = {.fd = 0, .events = POLLIN};
    char line[100];
    if (poll(&in, 1, waits ? -1 : 0) == 0) return 1;
    return read(0, line, sizeof line) > 0;
}

int main(int argc, char **argv) {
    struct stat s;
    int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (fd < 0 || fstat(fd, &s) != 0) {
        fprintf(stderr, "usage: faulting-reader FILE (%s)\n", strerror(errno));
        return 2;
    }
    size_t size = (size_t)s.st_size;
    volatile const unsigned char *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    unsigned char *first = malloc(size);
    if (at == MAP_FAILED || first == NULL) {
        perror("mmap");
        return 1;
    }
    for (size_t i = 0; i < size; i++) first[i] = at[i];
    struct sigaction action = {.sa_handler = on_fault, .sa_flags = SA_NODEFER};
    sigaction(SIGBUS, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (goes_on(0)) {
        if (sigsetjmp(fault, 1) != 0) {
            printf("SIGBUS\n");
            if (!goes_on(1)) return 0;
            continue;
        }
        madvise((void *)at, size, MADV_DONTNEED);
        posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        int same = 1;
        for (size_t i = 0; i < size; i++) same &= at[i] == first[i];
        printf(same ? "round\n" : "changed\n");
        if (!same && !goes_on(1)) return 0;
    }
    return 0;
}

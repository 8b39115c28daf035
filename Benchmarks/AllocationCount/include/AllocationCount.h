// How often memory was asked for in this process. To link it is enough: it stands before the C library's functions.
#ifndef SLUICE_ALLOCATION_COUNT_H
#define SLUICE_ALLOCATION_COUNT_H

unsigned long long sluice_allocation_count(void);

#endif

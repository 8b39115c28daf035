// Linux's file calls that glibc shows only under _GNU_SOURCE, which Swift's importer does not set.
// All return 0 or -1 with errno, as the calls themselves do, and keep nothing.
#ifndef SLUICE_CFILEDURABILITY_H
#define SLUICE_CFILEDURABILITY_H

#ifdef __cplusplus
extern "C" {
#endif

/// syncfs(2): writes everything of the descriptor's file system to the disk.
int sluice_sync_file_system(int descriptor);

/// sync_file_range(2) over the whole file: starts writing its data to the disk and does not wait.
int sluice_start_writing(int descriptor);

/// fcntl(2), F_OFD_SETLK over the whole file: the write lock if `locking` is not 0, no lock otherwise. Does not wait.
int sluice_set_write_lock(int descriptor, int locking);

#ifdef __cplusplus
}
#endif

#endif

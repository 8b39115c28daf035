#define _GNU_SOURCE
#include "CFileDurability.h"

#include <fcntl.h>
#include <unistd.h>

int sluice_sync_file_system(int descriptor) {
    return syncfs(descriptor);
}

int sluice_start_writing(int descriptor) {
    return sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int sluice_set_write_lock(int descriptor, int locking) {
    struct flock region = {.l_type = locking ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_OFD_SETLK, &region);
}

// For builds with the thread sanitizer only: see CMutexAnnotations.c. There is nothing to call.
#ifndef SLUICE_CMUTEXANNOTATIONS_H
#define SLUICE_CMUTEXANNOTATIONS_H
#endif

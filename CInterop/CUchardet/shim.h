// The detector of charsets behind trait CharsetDetection.
#pragma once
#include <uchardet/uchardet.h>

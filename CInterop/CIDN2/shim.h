// Internationalised domain names behind trait IDN.
#pragma once
#include <idn2.h>

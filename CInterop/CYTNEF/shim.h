// The reader of winmail.dat behind trait TNEF.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <ytnef.h>

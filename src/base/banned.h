/* Included before every file: functions that write without a bound do not compile. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets strncpy strncat atoi atol atof

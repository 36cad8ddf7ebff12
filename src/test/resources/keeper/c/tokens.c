/* a comment
   of two lines */ int a; // to the end \
and over it
#define TWICE(x) \
	((x) + #x) /* inside
	and on */
# include <linux/bits.h>
L'x' "a\"b\
c" u8"d" 0x1p-3 1e+5 1...2 0xffULL .5f a->b a>>=1 <<= ... :: ## @ \ $dollar ä
"open string
#if 1 // why
#elif X
#else
#endif
#pragma once
it's open

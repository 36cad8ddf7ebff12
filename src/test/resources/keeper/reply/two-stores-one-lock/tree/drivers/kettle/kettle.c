/* A kettle with two bells: its gate guards them. */
#include "kettle.h"

void kettle_boils(struct kettle *k)
{
	mutex_lock(&k->gate);
	if (k->dry_bell)
		bell_ring(k->dry_bell, 1);
	mutex_unlock(&k->gate);
}

static void kettle_close(void *data)
{
	struct kettle *k = data;

	mutex_lock(&k->shelf->lock);

	if (!(--k->users)) {


		kettle_cool(k);
		kettle_drain(k->spout);
		kettle_off(k);
		if (k->steam_bell)
			bell_put(k->steam_bell);
		if (k->dry_bell)
			bell_put(k->dry_bell);
	}

	mutex_unlock(&k->shelf->lock);
}

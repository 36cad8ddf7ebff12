/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same rule file, and a kernel before the pointer was an RCU pointer. */
struct box {
	struct mutex lock;
	struct ctx *trigger;
	int hits;
	int generation;
};

void box_signal(struct box *box)
{
	signal(box->trigger);	/* expect: unguarded-access lock */
	box->hits++;
}

void box_renew(struct box *box)
{
	box->generation++;
}

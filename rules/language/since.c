/* SPDX-License-Identifier: GPL-2.0-or-later */
struct box {
	struct mutex lock;
	struct mutex stats_lock;
	struct ctx __rcu *trigger;
	int hits;
	int generation;
};

void box_signal(struct box *box)
{
	struct ctx *ctx;

	ctx = box->trigger;
	signal(ctx);
	box->trigger = NULL;	/* expect: unguarded-access lock */
	box->hits++;	/* expect: unguarded-access stats_lock */
}

void box_renew(struct box *box)
{
	box_replace(box);	/* expect: callee-requires-lock lock */
	box->generation++;	/* expect: unguarded-access lock */
}

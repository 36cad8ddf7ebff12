/* SPDX-License-Identifier: GPL-2.0-or-later */
struct box {
	struct mutex lock;
	int state;
	int shown;
	int whispered;
};

static void box_clear(struct box *box)
{
	box->state = 0;
}

void box_reset(struct box *box)
{
	box_clear(box);
}

int box_probe(struct box *box)
{
	box->state = 1;
	box_clear(box);
	return 0;
}

void box_run(struct box *box)
{
	box->state = 2;	/* expect: unguarded-access lock */
	box->shown = 1;
	box->whispered = 1;
}

/* Members and globals are read with a step, locals without one. */
static int ticks;

int tally(struct shelf *shelf, int n)
{
	int sum = n, left;
	static int seen;
	extern int limit;

	sum += shelf->books;
	shelf->books = sum;
	shelf->door.open++;
	--shelf->users;
	seen = ticks;
	left = limit - seen;
	shelf->flags |= BIT(3) | FLAG_OPEN;
	shelf->next->prev = shelf->prev;
	refill(shelf, &shelf->door, left + 1, -EINVAL, GFP_KERNEL | __GFP_ZERO);
	return sum;
}

/* A local whose address went away may change behind our back. */
int borrowed(struct shelf *shelf)
{
	unsigned long flags = 0;

	peek(shelf, flags);
	ask(shelf, &flags);
	return flags;
}

void several(int *a, int *b)
{
	int i, j;

	i = j = *a;
	a[i] = b[j + 1], b[0] = 3;
	*a++ = 1;
	swap(*a, *b);
}

/* A macro with a block: a loop, unless somebody knows better. */
void blocks(struct shelf *shelf, struct device_node *parent)
{
	struct book *book, *next;
	struct device_node *node = parent, *child;
	int bit;

	list_for_each_entry_safe(book, next, &shelf->books, node) {
		if (book->lost)
			continue;
		if (book->last)
			break;
		read(book);
	}
	for_each_child_of_node(node, child)
		use(child);
	for_each_set_bit(bit, shelf->map, 32)
		clear(bit);
	if_open(shelf)
		enter(shelf);
}

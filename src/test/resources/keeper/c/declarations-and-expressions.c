/* Declarations anywhere, and every kind of expression. */
static long pick_slot(struct rack *rack, const u32 *want, slot_fn_t *chosen)
{
	struct slot *slot = rack->first, **link, spare = { .id = 1, .pos[2] = 3 };
	unsigned long long mask = ~0ULL, bits[4] = { [0 ... 2] = 7, [3] = 0x1f };
	int (*compare)(const void *, const void *) = slot_compare;
	u8 __iomem *regs __maybe_unused = rack->base + 0x10;
	__le32 raw;
	typeof(*slot) copy = *slot;
	__auto_type other = (struct slot *)want;
	static const struct {
		u16 code;
		const char *text;
	} names[] = {
		{ 1, "one" },
		{ 2, "t" "wo" },
	};

	a_t * b;
	slot->count = slot->count * 2 + -1;
	*chosen = compare ? (slot_fn_t)pick_best : NULL;
	raw = cpu_to_le32((u32)mask & (bits[1] | 1u << 3));
	slot = list_first_entry(&rack->slots, struct slot, node) ?: rack->spare;
	copy.name[sizeof(copy.name) - 1] = '\0';
	link = &rack->ops->find(rack, sizeof(struct slot) * 2)->next;
	mask = ({ unsigned long m = READ_ONCE(rack->mask); m ^ 1; });
	rack->pos = (struct position){ .x = 1, .y = { 2, 3 } };
	spare.id = _Generic(mask, unsigned long long: 8, default: 4);
	for (int i = 0, j = 9; i < j; i++, j--)
		names[i].text, other++;
	pr_info(DRV_NAME ": " PRIslot "\n", (foo)(1), (u32)-1, (mask) - 1);
	return __builtin_offsetof(struct slot, node.next) + va_arg(rack->args, int *)[0];
}

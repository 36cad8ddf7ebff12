/* SPDX-License-Identifier: GPL-2.0-or-later */
struct mem_region {
	union {
		void *memaddr;
		void __iomem *ioaddr;
	};
};

struct nvgrace_gpu_pci_core_device {
	struct mem_region usemem;
	struct mutex remap_lock;
};

int map_usemem(struct nvgrace_gpu_pci_core_device *nvdev, void *where)
{
	mutex_lock(&nvdev->remap_lock);
	nvdev->usemem.memaddr = where;
	mutex_unlock(&nvdev->remap_lock);
	nvdev->usemem.ioaddr = NULL;	/* expect: unguarded-access nvdev->usemem.ioaddr */
	return 0;
}

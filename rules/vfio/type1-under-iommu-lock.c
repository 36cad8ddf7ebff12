/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_iommu {
	struct list_head domain_list;
	struct mutex lock;
	struct rb_root dma_list;
	struct list_head device_list;
	struct mutex device_list_lock;
	unsigned int dma_avail;
	bool dirty_page_tracking;
};

struct vfio_dma {
	struct rb_node node;
	bool iommu_mapped;
};

struct vfio_domain {
	struct list_head next;
};

struct vfio_device {
	struct list_head iommu_entry;
};

void map_one(struct vfio_iommu *iommu, struct vfio_dma *dma)
{
	mutex_lock(&iommu->lock);
	iommu->dma_avail--;
	dma->iommu_mapped = true;
	mutex_unlock(&iommu->lock);
	iommu->dma_avail++;	/* expect: unguarded-access lock */
	rb_erase(&dma->node, &iommu->dma_list);	/* expect: unguarded-access lock */	/* expect: unguarded-access dma->node */
}

void start_tracking(struct vfio_iommu *iommu)
{
	iommu->dirty_page_tracking = true;	/* expect: unguarded-access lock */
}

void drop_domain(struct vfio_domain *domain)
{
	list_del(&domain->next);	/* expect: unguarded-access domain->next */
}

void add_device(struct vfio_iommu *iommu, struct vfio_device *device)
{
	mutex_lock(&iommu->device_list_lock);
	mutex_lock(&iommu->lock);	/* expect: lock-order lock */
	list_add(&device->iommu_entry, &iommu->device_list);
	mutex_unlock(&iommu->device_list_lock);
	list_del(&device->iommu_entry);	/* expect: unguarded-access device->iommu_entry */
	mutex_unlock(&iommu->lock);
}

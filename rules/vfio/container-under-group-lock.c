/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_container {
	struct list_head group_list;
	struct rw_semaphore group_lock;
	struct vfio_iommu_driver *iommu_driver;
	void *iommu_data;
	bool noiommu;
};

struct vfio_group {
	struct list_head container_next;
};

static struct vfio {
	struct mutex iommu_drivers_lock;
} vfio;

void set_backend(struct vfio_container *container, struct vfio_iommu_driver *driver)
{
	down_write(&container->group_lock);
	container->iommu_driver = driver;
	up_write(&container->group_lock);
	down_read(&container->group_lock);
	container->iommu_data = NULL;	/* expect: unguarded-access group_lock */
	up_read(&container->group_lock);
}

void detach(struct vfio_group *group)
{
	list_del(&group->container_next);	/* expect: unguarded-access group->container_next */
}

void scan(struct vfio_container *container)
{
	mutex_lock(&vfio.iommu_drivers_lock);
	down_read(&container->group_lock);	/* expect: lock-order group_lock */
	up_read(&container->group_lock);
	mutex_unlock(&vfio.iommu_drivers_lock);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_pci_core_device {
	struct mutex vma_lock;
	struct list_head vma_list;
	struct rw_semaphore memory_lock;
};

struct vfio_pci_mmap_vma {
	struct list_head vma_next;
};

static void forget(struct vfio_pci_core_device *vdev, struct vfio_pci_mmap_vma *mmap_vma)
{
	mutex_lock(&vdev->vma_lock);
	list_del(&mmap_vma->vma_next);
	mutex_unlock(&vdev->vma_lock);
	list_add(&mmap_vma->vma_next, &vdev->vma_list);	/* expect: unguarded-access vma_lock */	/* expect: unguarded-access vma_next */
	down_write(&vdev->memory_lock);
	mutex_lock(&vdev->vma_lock);	/* expect: lock-order vma_lock */
	mutex_unlock(&vdev->vma_lock);
	up_write(&vdev->memory_lock);
}

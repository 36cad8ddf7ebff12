/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_pci_core_device {
	struct mutex igate;
	struct rw_semaphore memory_lock;
	bool pm_runtime_engaged;
	struct eventfd_ctx *pm_wake_eventfd_ctx;
};

int go_low(struct vfio_pci_core_device *vdev, struct eventfd_ctx *ctx)
{
	vfio_pci_zap_and_down_write_memory_lock(vdev);
	if (vdev->pm_runtime_engaged) {
		up_write(&vdev->memory_lock);
		return -EINVAL;
	}
	vdev->pm_runtime_engaged = true;
	up_write(&vdev->memory_lock);
	vdev->pm_wake_eventfd_ctx = ctx;	/* expect: unguarded-access memory_lock */
	return 0;
}

void go_up(struct vfio_pci_core_device *vdev)
{
	down_read(&vdev->memory_lock);
	vdev->pm_runtime_engaged = false;	/* expect: unguarded-access memory_lock */
	up_read(&vdev->memory_lock);
}

void backwards(struct vfio_pci_core_device *vdev)
{
	u16 cmd = vfio_pci_memory_lock_and_enable(vdev);

	mutex_lock(&vdev->igate);	/* expect: lock-order igate */
	mutex_unlock(&vdev->igate);
	vfio_pci_memory_unlock_and_restore(vdev, cmd);
}

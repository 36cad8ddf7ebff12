/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_platform_irq {
	bool masked;
	spinlock_t lock;
};

struct vfio_platform_device {
	struct mutex igate;
};

long set_irqs(struct vfio_platform_device *vdev, struct vfio_platform_irq *irq)
{
	mutex_lock(&vdev->igate);
	vfio_platform_set_irqs_ioctl(vdev, 0, 0, 0, 1, NULL);
	mutex_unlock(&vdev->igate);
	spin_lock_irq(&irq->lock);
	irq->masked = true;
	spin_unlock_irq(&irq->lock);
	irq->masked = false;	/* expect: unguarded-access irq->lock */
	return vfio_platform_set_irqs_ioctl(vdev, 0, 0, 0, 1, NULL);	/* expect: callee-requires-lock igate */
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
struct mlx5_vf_migration_file {
	struct mutex lock;
	spinlock_t list_lock;
	struct list_head buf_list;
	u8 num_ready_chunks;
	u32 record_tag;
};

struct mlx5_vhca_data_buffer {
	struct list_head buf_elm;
};

struct mlx5vf_pci_core_device {
	u8 mdev_detach;
	u8 deferred_reset;
	struct mutex state_mutex;
	spinlock_t reset_lock;
	struct mlx5_vf_migration_file *saving_migf;
};

int begin_saving(struct mlx5vf_pci_core_device *mvdev, struct mlx5_vf_migration_file *migf)
{
	mutex_lock(&mvdev->state_mutex);
	if (mvdev->mdev_detach) {
		mutex_unlock(&mvdev->state_mutex);
		return -ENOTCONN;
	}
	mutex_unlock(&mvdev->state_mutex);
	mvdev->saving_migf = migf;	/* expect: unguarded-access state_mutex */
	mvdev->deferred_reset = 1;	/* expect: unguarded-access reset_lock */
	return 0;
}

void take_buffer(struct mlx5_vf_migration_file *migf, struct mlx5_vhca_data_buffer *buf)
{
	spin_lock_irq(&migf->list_lock);
	list_del_init(&buf->buf_elm);
	migf->num_ready_chunks--;
	spin_unlock_irq(&migf->list_lock);
	list_add_tail(&buf->buf_elm, &migf->buf_list);	/* expect: unguarded-access list_lock */	/* expect: unguarded-access buf->buf_elm */
	migf->record_tag = 0;	/* expect: unguarded-access migf->record_tag */
}

void wrong_way_round(struct mlx5vf_pci_core_device *mvdev, struct mlx5_vf_migration_file *migf)
{
	mutex_lock(&migf->lock);
	mutex_lock(&mvdev->state_mutex);	/* expect: lock-order state_mutex */
	mutex_unlock(&mvdev->state_mutex);
	mutex_unlock(&migf->lock);
}

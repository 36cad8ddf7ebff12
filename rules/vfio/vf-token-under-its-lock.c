/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_pci_vf_token {
	struct mutex lock;
	uuid_t uuid;
	int users;
};

static int take_token(struct vfio_pci_vf_token *token, uuid_t *uuid)
{
	int ret;

	mutex_lock(&token->lock);
	ret = uuid_equal(uuid, &token->uuid) ? 0 : -EACCES;
	mutex_unlock(&token->lock);
	if (ret)
		return ret;
	token->users++;	/* expect: unguarded-access lock */
	uuid_copy(&token->uuid, uuid);	/* expect: unguarded-access lock */
	return 0;
}

static int vfio_pci_vf_init(struct vfio_pci_vf_token *token)
{
	uuid_gen(&token->uuid);
	return 0;
}

"""ECR's repositories: the tags of their images, and the lifecycle policies that expire images."""

from . import expiry, image_tags

EXTENSIONS = (
    image_tags,
    expiry,
)

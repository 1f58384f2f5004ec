terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "3.7.2"
    }
  }

  # Which bucket holds the state is told at the init: terraform init -backend-config=backend.hcl (see backend.hcl.example).
  backend "s3" {
    key          = "hromada-cloud/production.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = "hromada-cloud"
      Environment = "production"
      ManagedBy   = "terraform"
    }
  }
}

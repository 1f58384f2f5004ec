"""The fictional oblast 99: three hromadas and two enterprises, believable and plainly not real."""

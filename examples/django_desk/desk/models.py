from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=50)
    email = models.EmailField()
    vip = models.BooleanField(default=False)


class Ticket(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE)
    title = models.CharField(max_length=100)
    priority = models.IntegerField(default=3)
    status = models.CharField(max_length=10, default="open")
    due = models.DateField(null=True)
    closed_by = models.CharField(max_length=50, blank=True)

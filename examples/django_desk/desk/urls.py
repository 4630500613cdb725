from django.urls import path

from desk import views

urlpatterns = [
    path("", views.index, name="index"),
    path("tickets", views.create, name="create"),
    path("tickets/<int:pk>", views.detail, name="ticket"),
    path("tickets/<int:pk>/close", views.close, name="close"),
    path("export.csv", views.export, name="export"),
]

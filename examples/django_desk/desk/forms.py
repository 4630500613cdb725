from django import forms

from desk.models import Customer


class TicketForm(forms.Form):
    customer = forms.ModelChoiceField(Customer.objects.all())
    title = forms.CharField(max_length=40)
    urgent = forms.BooleanField(required=False)

    def clean_title(self):
        return self.cleaned_data["title"].strip().capitalize()
